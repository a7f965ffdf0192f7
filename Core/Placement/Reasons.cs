using System.Globalization;

namespace Preble.Core.Placement;

/// <summary>What reasons of several policies have in common. Costs and terms are told as the cost table shows them.</summary>
internal static class Reasons
{
    /// <summary>A sentence whose numbers read the same everywhere.</summary>
    public static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A cost or a term of it: a whole one without a point, others with four digits behind it.</summary>
    public static string Cost(double value) => value.ToString(value == Math.Floor(value) && Math.Abs(value) < 1e9 ? "N0" : "F4", CultureInfo.InvariantCulture);

    public static string Name(in PlacementInput input, int candidate) => input.Candidates[candidate].Worker.Id.Value;

    /// <summary>That the least of the eligible won, how far ahead of the next, and the term that made most of that.</summary>
    /// <param name="terms">The policy's.</param>
    /// <param name="input">What was chosen for.</param>
    /// <param name="costs">The filled table.</param>
    /// <param name="chosen">One of the least.</param>
    /// <param name="product">Whether the terms are multiplied, not added.</param>
    /// <param name="barred">What is said of a cheaper one that is not eligible.</param>
    public static string Least(
        IReadOnlyList<string> terms, in PlacementInput input, ReadOnlySpan<CandidateCost> costs, int chosen, bool product = false, string barred = "is not eligible")
    {
        int next = Cheapest(costs, eligible: true, except: chosen);
        int cheaper = Cheapest(costs, eligible: false, except: chosen);
        ref readonly CandidateCost own = ref costs[chosen];
        string who = Name(input, chosen);
        string aside = cheaper >= 0 && costs[cheaper].Total < own.Total ? Say($"; {Name(input, cheaper)} at a cost of {Cost(costs[cheaper].Total)} {barred}") : "";
        if (next < 0)
        {
            return Say($"{who} is the only {(costs.Length > 1 ? "one" : "candidate")}{aside}.");
        }

        ref readonly CandidateCost other = ref costs[next];
        if (Rotation.Ties(costs) is { Count: > 1 } equals)
        {
            return Say($"{who} takes its turn: {equals.Count} candidates cost {Cost(own.Total)}{aside}.");
        }

        int term = 0;
        double most = double.NegativeInfinity;
        for (int i = 0; i < terms.Count; i++)
        {
            double ahead = product ? other.Terms[i] / own.Terms[i] : other.Terms[i] - own.Terms[i];
            (term, most) = ahead > most ? (i, ahead) : (term, most);
        }

        return Say($"{who} costs {Cost(own.Total)} and the next, {Name(input, next)}, {Cost(other.Total)}, mostly by {terms[term]}: ")
            + Say($"{Cost(own.Terms[term])} against {Cost(other.Terms[term])}{aside}.");
    }

    /// <summary>What is added where others would have done as well.</summary>
    public static string Turns(ReadOnlySpan<CandidateCost> costs) => Rotation.Ties(costs).Count is > 1 and int equals ? Say($"; {equals} are equal and take turns") : "";

    private static int Cheapest(ReadOnlySpan<CandidateCost> costs, bool eligible, int except)
    {
        int cheapest = -1;
        for (int i = 0; i < costs.Length; i++)
        {
            if (i != except && costs[i].Eligible == eligible && !(cheapest >= 0 && costs[i].Total >= costs[cheapest].Total))
            {
                cheapest = i;
            }
        }

        return cheapest;
    }
}
