namespace Preble.Core.Placement;

/// <summary>A row of a cost table as it is kept.</summary>
/// <param name="Worker">The candidate.</param>
/// <param name="CachedTokens">Prompt tokens expected to be cached there.</param>
/// <param name="Cost">What the policy said of it.</param>
internal readonly record struct CostRow(WorkerId Worker, int CachedTokens, CandidateCost Cost);
