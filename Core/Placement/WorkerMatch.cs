namespace Preble.Core.Placement;

/// <summary>How much of a prompt one worker has.</summary>
/// <param name="Worker">The worker; an empty name if the slot is free.</param>
/// <param name="ResidentPages">Leading pages that it holds.</param>
/// <param name="ExpectedPages">Leading pages that it holds or was promised; at least <paramref name="ResidentPages"/>.</param>
/// <param name="Eviction">What it would give up to fit the rest; nothing if that was not asked for.</param>
public readonly record struct WorkerMatch(WorkerId Worker, int ResidentPages, int ExpectedPages, Eviction Eviction);
