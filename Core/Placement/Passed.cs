namespace Preble.Core.Placement;

/// <summary>Those who wait on a worker and are passed by one with more of its prompt cached.</summary>
/// <param name="PrefillTokens">Prompt tokens that they have still to compute.</param>
/// <param name="PrefillSeconds">Predicted time to compute them.</param>
internal readonly record struct Passed(long PrefillTokens, double PrefillSeconds);
