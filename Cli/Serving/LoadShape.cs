namespace Preble.Cli.Serving;

/// <summary>How requests are sent.</summary>
internal sealed record LoadShape
{
    /// <summary>Requests that are always under way, each followed by the next one; null sends each when the workload says.</summary>
    public int? Concurrency { get; init; }

    /// <summary>After which no more are sent; those under way are read to their end. Null sends all.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Requests under way at most, whatever the workload says: later ones are sent when an earlier one has ended.</summary>
    public int InFlightMax { get; init; } = 16_384;
}
