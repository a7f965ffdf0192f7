namespace Preble.Core.Placement;

/// <summary>One candidate of an explained decision.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="CachedTokens">Prompt tokens expected to be cached there.</param>
/// <param name="Eligible">Whether the policy's rule admitted it.</param>
/// <param name="Total">What the policy compared.</param>
/// <param name="Terms">The parts of it, in the order of <see cref="DecisionRecord.Terms"/>.</param>
public sealed record CandidateExplanation(WorkerId Worker, int CachedTokens, bool Eligible, double Total, IReadOnlyList<double> Terms);
