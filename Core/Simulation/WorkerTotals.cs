namespace Preble.Core.Simulation;

/// <summary>What one worker did in all.</summary>
/// <param name="Hardware">Its kind.</param>
/// <param name="Requests">Placed on it.</param>
/// <param name="BusySeconds">Time in steps.</param>
/// <param name="PrefillTokens">Context tokens computed, in chunks of more than one.</param>
/// <param name="CachedTokens">Prompt tokens that it found cached.</param>
/// <param name="OutputTokens">Tokens produced.</param>
/// <param name="Preemptions">Sequences that gave up their pages and were computed again.</param>
public readonly record struct WorkerTotals(
    string Hardware, int Requests, double BusySeconds, long PrefillTokens, long CachedTokens, long OutputTokens, int Preemptions);
