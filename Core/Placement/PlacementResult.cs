namespace Preble.Core.Placement;

/// <summary>The answer to a <see cref="PlacementQuery"/>. What is said of the worker is meaningful if it was placed.</summary>
/// <param name="Outcome">Whether a worker was chosen, and else why not.</param>
/// <param name="Decision">Number of the decision, from 0.</param>
/// <param name="Worker">The chosen worker.</param>
/// <param name="CachedTokens">Prompt tokens expected to be cached there.</param>
/// <param name="PrefillSeconds">Predicted time to compute the others.</param>
/// <param name="TtftSeconds">Predicted time to the first token.</param>
/// <param name="RetryAfterSeconds">If all queues are full, the least time until one of the workers has computed the prompts it has.</param>
public readonly record struct PlacementResult(
    PlacementOutcome Outcome,
    long Decision,
    WorkerId Worker,
    int CachedTokens,
    double PrefillSeconds,
    double TtftSeconds,
    double RetryAfterSeconds);
