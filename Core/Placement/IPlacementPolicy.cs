namespace Preble.Core.Placement;

/// <summary>
/// Chooses the worker for a prompt.
/// <para>Contract. Deterministic, and changes nothing: the choice depends on the input, whose decision number breaks ties by rotation, and, for a
/// policy that is also an <see cref="IPlacementObserver"/>, on what that was told before. Nothing is allocated. It fills every row of the cost table,
/// so that any decision can be explained. A policy belongs to one scheduler.</para>
/// </summary>
public interface IPlacementPolicy
{
    /// <summary>As in configuration.</summary>
    string Name { get; }

    /// <summary>Names of the parts of its cost, at most <see cref="CostTerms.Count"/>.</summary>
    IReadOnlyList<string> Terms { get; }

    /// <summary>Whether it reads <see cref="Candidate.Eviction"/>, which takes the tree time to find.</summary>
    bool WantsEvictions { get; }

    /// <summary>Whether it reads <see cref="PlacementInput.PathEnds"/>, which must be sent where the tree is elsewhere.</summary>
    bool WantsPath => false;

    /// <summary>Chooses one of the candidates.</summary>
    /// <param name="input">At least one candidate.</param>
    /// <param name="costs">Receives one row for each candidate, whatever stands there. [candidates]</param>
    /// <returns>Index of the chosen candidate.</returns>
    int Choose(in PlacementInput input, Span<CandidateCost> costs);

    /// <summary>
    /// Why <see cref="Choose"/> chose as it did, in one sentence with the numbers that decided. Asked before anything else is chosen or told; changes nothing,
    /// may allocate, and goes by the same conditions. Of a policy that just compares costs: the term that told the least from the next.
    /// </summary>
    /// <param name="input">What it chose for.</param>
    /// <param name="costs">As it left them. [candidates]</param>
    /// <param name="chosen">What it returned.</param>
    string Reason(in PlacementInput input, ReadOnlySpan<CandidateCost> costs, int chosen) => Reasons.Least(Terms, input, costs, chosen);
}
