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
}
