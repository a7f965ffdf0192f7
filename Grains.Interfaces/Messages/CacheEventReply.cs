namespace Preble.Grains.Interfaces;

/// <summary>How a batch was taken.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.cache-event-reply")]
public sealed record CacheEventReply
{
    /// <summary>Events are missing: send a full dump.</summary>
    [Id(0)]
    public required bool DumpWanted { get; init; }

    /// <summary>The worker is not known: register it, and send a full dump.</summary>
    [Id(1)]
    public required bool RegistrationWanted { get; init; }
}
