namespace Preble.Grains.Interfaces;

/// <summary>A worker as it would make itself known: registration and load.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.worker-announcement")]
public sealed record WorkerAnnouncement
{
    /// <summary>What it registers with.</summary>
    [Id(0)]
    public required WorkerRegistration Registration { get; init; }

    /// <summary>Its latest load; null before its first.</summary>
    [Id(1)]
    public WorkerReport? Report { get; init; }

    /// <summary>Whether it is leaving.</summary>
    [Id(2)]
    public required bool Draining { get; init; }
}
