namespace Preble.Core.Simulation;

/// <summary>Something that happens to one worker.</summary>
/// <param name="Worker">Index in <see cref="SimulationOptions.Workers"/>.</param>
/// <param name="At">When, since the start.</param>
public readonly record struct WorkerChange(int Worker, TimeSpan At);
