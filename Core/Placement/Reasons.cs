using System.Globalization;

namespace Preble.Core.Placement;

/// <summary>What reasons of several policies have in common. Numbers are told as the cost table shows them.</summary>
internal static class Reasons
{
    /// <summary>A sentence whose numbers read the same everywhere.</summary>
    public static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

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
        string aside = cheaper >= 0 && costs[cheaper].Total < own.Total ? Say($"; {Name(input, cheaper)} at a cost of {costs[cheaper].Total:#,0.####} {barred}") : "";
        if (next < 0)
        {
            return Say($"{who} is the only {(costs.Length > 1 ? "one" : "candidate")}{aside}.");
        }

        ref readonly CandidateCost other = ref costs[next];
        if (Rotation.Ties(costs) is { Count: > 1 } equals)
        {
            return Say($"{who} takes its turn: {equals.Count} candidates cost {own.Total:#,0.####}{aside}.");
        }

        int term = 0;
        double most = double.NegativeInfinity;
        for (int i = 0; i < terms.Count; i++)
        {
            double ahead = product ? other.Terms[i] / own.Terms[i] : other.Terms[i] - own.Terms[i];
            (term, most) = ahead > most ? (i, ahead) : (term, most);
        }

        return Say($"{who} costs {own.Total:#,0.####} and the next, {Name(input, next)}, {other.Total:#,0.####}, mostly by {terms[term]}: ")
            + Say($"{own.Terms[term]:#,0.####} against {other.Terms[term]:#,0.####}{aside}.");
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
