namespace Preble.Grains.Interfaces;

/// <summary>How a report was taken.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.worker-report-reply")]
public sealed record WorkerReportReply
{
    /// <summary>The worker is not known: register it.</summary>
    [Id(0)]
    public required bool RegistrationWanted { get; init; }
}
