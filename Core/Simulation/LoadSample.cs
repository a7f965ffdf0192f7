namespace Preble.Core.Simulation;

/// <summary>One worker's load at one moment.</summary>
/// <param name="At">Since the start.</param>
/// <param name="Worker">Index of the worker.</param>
/// <param name="Running">Sequences in prefill or decode.</param>
/// <param name="Waiting">Sequences in the queue.</param>
/// <param name="CachedPages">Pages that the cache has, pinned or not.</param>
/// <param name="HeldPages">Pages that running sequences have for themselves.</param>
public readonly record struct LoadSample(TimeSpan At, int Worker, int Running, int Waiting, int CachedPages, int HeldPages);
