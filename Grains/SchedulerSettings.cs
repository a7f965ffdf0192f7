namespace Preble.Grains;

/// <summary>How schedulers place prompts.</summary>
public sealed record SchedulerSettings
{
    /// <summary>Name of the policy.</summary>
    public required string Policy { get; init; }

    /// <summary>Tokens in a page.</summary>
    public required int PageTokens { get; init; }

    /// <summary>Weight of a request's own time to the first token against everybody's delay, for <c>marginal-cost</c>.</summary>
    public double LatencyPreference { get; init; } = 3;
}
