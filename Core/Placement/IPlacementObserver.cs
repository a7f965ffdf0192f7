namespace Preble.Core.Placement;

/// <summary>
/// Implemented by a policy that learns from what came of its choices, as rebalancing and replication must.
/// <para>Contract. The scheduler calls it in the order of events, on its own turn. What it remembers is bounded by a constant with a name.</para>
/// </summary>
public interface IPlacementObserver
{
    /// <summary>The choice of <see cref="IPlacementPolicy.Choose"/> for this input was followed.</summary>
    void Placed(in PlacementInput input, int chosen);

    /// <summary>A placed request has ended.</summary>
    void Ended(RequestId request, WorkerId worker, in CompletionFacts facts, TimeSpan now);

    /// <summary>A worker has gone, and with it all that it had cached.</summary>
    void Left(WorkerId worker);
}
