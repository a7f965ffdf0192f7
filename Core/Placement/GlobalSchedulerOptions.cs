namespace Preble.Core.Placement;

/// <summary>Limits and constants of a <see cref="GlobalScheduler"/>.</summary>
public sealed record GlobalSchedulerOptions
{
    /// <summary>Tokens in a page.</summary>
    public int PageTokens { get; init; } = 16;

    /// <summary>Workers at most.</summary>
    public int WorkersMax { get; init; } = 4096;

    /// <summary>Requests that are placed and have not ended, at most; one more is answered like a full queue.</summary>
    public int LiveRequestsMax { get; init; } = 65_536;

    /// <summary>Decisions that can be explained, at most: the last ones.</summary>
    public int DecisionsMax { get; init; } = 4096;

    /// <summary>Rows of a decision's cost table that are kept, at most: the chosen worker and the cheapest of the others.</summary>
    public int CostRowsPerDecisionMax { get; init; } = 64;

    /// <summary>Rows of cost tables that are kept, at most, over all decisions. An older decision is explained without its table.</summary>
    public int CostRowsMax { get; init; } = 65_536;

    /// <summary>The window H, in seconds, over which the work sent to a worker is summed. Preble takes 3 minutes.</summary>
    public double WindowSeconds { get; init; } = 180;

    /// <summary>
    /// Seconds for which a placed request that its worker has never reported counts as on its way, and for which one that its worker no longer
    /// reports is still known.
    /// </summary>
    public double UnseenSeconds { get; init; } = 30;

    /// <summary>Weight of the newest answer in the running mean of output lengths.</summary>
    public double OutputSmoothing { get; init; } = 0.01;

    /// <summary>Tokens that an answer is taken to have until the first one has ended.</summary>
    public double OutputTokensGuess { get; init; } = 128;

    /// <summary>
    /// Whether workers' rates are calibrated with the times of their steps (<see cref="WorkerReport.Steps"/>). A worker that reports none keeps the rates
    /// of its profile: times to the first token that its requests show are mostly waiting and do not tell one rate from another.
    /// </summary>
    public bool CalibratesRates { get; init; } = true;

    /// <summary>Seconds over which a worker that joins while others are at work grows to its full share; 0 for at once.</summary>
    public double SlowStartSeconds { get; init; } = 10;

    /// <summary>Seconds by which the oldest worker must be older than one that joins for it to start slowly: workers of one start join together.</summary>
    public double SlowStartGapSeconds { get; init; } = 10;

    /// <summary>
    /// <see cref="WorkerView.Warmth"/> of a worker that starts slowly when it joins; grows to 1 in proportion to its age. Half costs its cluster 2 to 5 % of
    /// latency in the ten seconds after a join that nothing was wrong with, a quarter 3 to 8 % (in the simulator), as it gets next to nothing then.
    /// </summary>
    public double WarmthMin { get; init; } = 0.5;

    /// <summary>Seconds for which a worker that nothing is heard of stays known. Several times the one second between two signs of life of an idle worker.</summary>
    public double LeaseSeconds { get; init; } = 5;

    /// <summary>
    /// Seconds by which leases run on between two calls at most. More than the second between two looks at the leases, less than a lease, so that a clock
    /// that jumps leaves every worker time to be heard.
    /// </summary>
    public double LeaseGapSecondsMax { get; init; } = 2;

    /// <summary>
    /// Seconds after a worker seemed lost in which its reports do not clear it: they may have been sent before. More than they take to arrive.
    /// </summary>
    public double SuspectSeconds { get; init; } = 1.5;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PageTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(WorkersMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LiveRequestsMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(DecisionsMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(CostRowsPerDecisionMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(CostRowsMax, CostRowsPerDecisionMax);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(WindowSeconds);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(UnseenSeconds);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(OutputSmoothing);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(OutputSmoothing, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(OutputTokensGuess, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(SlowStartSeconds);
        ArgumentOutOfRangeException.ThrowIfNegative(SlowStartGapSeconds);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(LeaseGapSecondsMax);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(LeaseSeconds, LeaseGapSecondsMax);
        ArgumentOutOfRangeException.ThrowIfNegative(SuspectSeconds);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(WarmthMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(WarmthMin, 1);
    }
}
