namespace Preble.Grains.Interfaces;

/// <summary>Policy and workers as the scheduler sees them.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.scheduler-status")]
public sealed record SchedulerStatus
{
    /// <summary>The policy's name.</summary>
    [Id(0)]
    public required string Policy { get; init; }

    /// <summary>Every registered worker.</summary>
    [Id(1)]
    public required WorkerStatus[] Workers { get; init; }
}
