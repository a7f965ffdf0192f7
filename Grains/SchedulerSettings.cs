namespace Preble.Grains;

/// <summary>How schedulers place prompts, and for how long they and their trees remember workers.</summary>
public sealed record SchedulerSettings
{
    /// <summary>Name of the policy.</summary>
    public required string Policy { get; init; }

    /// <summary>Tokens in a page.</summary>
    public required int PageTokens { get; init; }

    /// <summary>Weight of a request's own time to the first token against everybody's delay, for <c>marginal-cost</c>.</summary>
    public double LatencyPreference { get; init; } = 3;

    /// <summary>Seconds for which a worker that nothing is heard of stays known, and after which a request asks about a worker that is silent.</summary>
    public double LeaseSeconds { get; init; } = 5;

    /// <summary>Seconds for which a request waits for a worker while there is none, or no scheduler.</summary>
    public double PatienceSeconds { get; init; } = 15;
}
