namespace Preble.Core.Placement;

/// <summary>Constants of the policies.</summary>
public sealed record PolicyOptions
{
    /// <summary>
    /// <c>marginal-cost</c>: how much a second until the first token weighs against a second of the whole answer (w_T). 1 favours throughput, 10 the
    /// first token; the choice moves either by a few percent.
    /// </summary>
    public double LatencyPreference { get; init; } = 3;

    /// <summary>
    /// <c>e2</c>: whether key portions are moved from a heavily loaded worker to a light one, replicated when their requests queue ever longer, and merged
    /// again. Off and with <see cref="E2BalancesDecodes"/> off too, what is left is exploit or explore at the least L + M + P.
    /// </summary>
    public bool E2Rebalances { get; init; } = true;

    /// <summary><c>e2</c>: whether a worker heavy in decodes gets the next prompt that is explored.</summary>
    public bool E2BalancesDecodes { get; init; } = true;

    /// <summary>
    /// <c>e2</c>: the window H of what is moved and replicated, in seconds; that of L is <see cref="GlobalSchedulerOptions.WindowSeconds"/>. Three minutes
    /// in the paper for both; at most an hour, and no request counts for more.
    /// </summary>
    public double E2WindowSeconds { get; init; } = 180;

    /// <summary>
    /// <c>e2</c>: requests that the window H remembers at most, up to a million; of more, the last ones. Enough for <see cref="E2WarmUpRequests"/> of 4096
    /// workers.
    /// </summary>
    public int E2WindowRequestsMax { get; init; } = 262_144;

    /// <summary><c>e2</c>: requests that have not ended whose queueing time is awaited, at most.</summary>
    public int E2AwaitedRequestsMax { get; init; } = 65_536;

    /// <summary>
    /// <c>e2</c>: Th_bal. Load moves while the most loaded worker has more than so many times the load of the least. The paper gives no number; this is
    /// its code's.
    /// </summary>
    public double E2BalanceRatio { get; init; } = 1.5;

    /// <summary><c>e2</c>: requests within the window for each worker, below which load does not move (the paper's code).</summary>
    public int E2WarmUpRequests { get; init; } = 50;

    /// <summary>
    /// <c>e2</c>: requests within the window from which on a key portion may move (the paper's code). The one that brought it in shared nothing, and is not
    /// counted.
    /// </summary>
    public int E2MoveRequestsMin { get; init; } = 2;

    /// <summary><c>e2</c>: nodes behind the key portion from which on a prompt is a chain, whose placement moves nothing (the paper's code).</summary>
    public int E2ChainNodes { get; init; } = 3;

    /// <summary><c>e2</c>: a key portion gets a replica when its queueing time grows by this factor from one half of H to the next.</summary>
    public double E2QueueGrowth { get; init; } = 2;

    /// <summary><c>e2</c>: queueing times in each half of H below which their means say nothing. Neither paper nor code has such a limit.</summary>
    public int E2QueueSamplesMin { get; init; } = 8;

    /// <summary>
    /// <c>e2</c>: seconds of mean queueing time below which there is nothing to mend: steps that were waited for, not a queue. Neither paper nor code has
    /// such a limit.
    /// </summary>
    public double E2QueueFloorSeconds { get; init; } = 0.5;

    /// <summary>
    /// <c>e2</c>: IMBALR. A worker of whose sequences most, and so many times the mean share, decode is heavy in decodes and gets the next prompt that is explored.
    /// The paper names the constant and gives neither its value nor the ratio's formula.
    /// </summary>
    public double ImbalanceRatio { get; init; } = 1.2;

    /// <summary><c>e2</c>: sequences on a worker below which the share of those that decode says nothing.</summary>
    public int ImbalanceSequencesMin { get; init; } = 16;

    /// <summary><c>random</c>: another seed draws other lots.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// <c>consistent-hash</c>: tokens of the prompt that decide. As deep as most system prompts end and tools, documents and videos have begun: routing by
    /// the first 512 tokens sends real traces to one to three places, which have the first block of nearly all prompts.
    /// </summary>
    public int ConsistentHashTokens { get; init; } = 1024;

    /// <summary><c>sglang-cache-aware</c>: share of the prompt that must be cached, and more, for affinity to decide.</summary>
    public double SglangCacheThreshold { get; init; } = 0.3;

    /// <summary><c>sglang-cache-aware</c>: sequences by which the most and the least loaded worker must differ, and more, for affinity to be off.</summary>
    public int SglangBalanceAbsolute { get; init; } = 64;

    /// <summary><c>sglang-cache-aware</c>: the ratio by which they must differ as well.</summary>
    public double SglangBalanceRelative { get; init; } = 1.5;

    /// <summary><c>llm-d</c>: weight of the score for a short queue.</summary>
    public double LlmDQueueWeight { get; init; } = 2;

    /// <summary><c>llm-d</c>: weight of the score for free key-value memory.</summary>
    public double LlmDMemoryWeight { get; init; } = 2;

    /// <summary><c>llm-d</c>: weight of the score for a cached prefix.</summary>
    public double LlmDPrefixWeight { get; init; } = 3;

    /// <summary><c>dualmap</c>: tokens of a block of the prefix that is hashed.</summary>
    public int DualMapBlockTokens { get; init; } = 512;

    /// <summary><c>dualmap</c>: the last so many requests say how hot a prefix is.</summary>
    public int DualMapWindowRequests { get; init; } = 200;

    /// <summary><c>dualmap</c>: tokens to compute before a first token, beyond which affinity yields to load.</summary>
    public int DualMapSloTokens { get; init; } = 16_384;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ConsistentHashTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(SglangCacheThreshold);
        ArgumentOutOfRangeException.ThrowIfNegative(SglangBalanceAbsolute);
        ArgumentOutOfRangeException.ThrowIfLessThan(SglangBalanceRelative, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(LlmDQueueWeight);
        ArgumentOutOfRangeException.ThrowIfNegative(LlmDMemoryWeight);
        ArgumentOutOfRangeException.ThrowIfNegative(LlmDPrefixWeight);
        ArgumentOutOfRangeException.ThrowIfLessThan(DualMapBlockTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(DualMapWindowRequests, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(DualMapSloTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(LatencyPreference);
        ArgumentOutOfRangeException.ThrowIfLessThan(ImbalanceRatio, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ImbalanceSequencesMin, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(E2WindowSeconds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(E2WindowSeconds, 3600);
        ArgumentOutOfRangeException.ThrowIfLessThan(E2WindowRequestsMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(E2WindowRequestsMax, 1 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(E2AwaitedRequestsMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(E2BalanceRatio, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(E2WarmUpRequests);
        ArgumentOutOfRangeException.ThrowIfLessThan(E2MoveRequestsMin, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(E2ChainNodes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(E2QueueGrowth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(E2QueueSamplesMin, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(E2QueueFloorSeconds);
    }
}
