namespace Preble.Core.Placement;

/// <summary>Constants of the policies.</summary>
public sealed record PolicyOptions
{
    /// <summary>
    /// <c>marginal-cost</c>: how much a second until the first token weighs against a second of the whole answer (w_T). 1 favours throughput, 10 the
    /// first token; the choice moves either by a few percent.
    /// </summary>
    public double LatencyPreference { get; init; } = 3;

    /// <summary><c>marginal-cost</c>: seconds of cost for needing twice a worker's key-value memory; what lies between is in proportion.</summary>
    public double OverflowSeconds { get; init; } = 500;

    /// <summary>
    /// <c>e2</c>: IMBALR. A worker whose share of decode units is so many times the mean share is heavy in decodes and gets the next prompt that is
    /// explored. The paper names the constant and gives neither its value nor the ratio's formula.
    /// </summary>
    public double ImbalanceRatio { get; init; } = 1.2;

    /// <summary><c>e2</c>: requests within the window below which a worker's share of decode units says nothing.</summary>
    public int ImbalanceRequestsMin { get; init; } = 16;

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
        ArgumentOutOfRangeException.ThrowIfNegative(OverflowSeconds);
        ArgumentOutOfRangeException.ThrowIfLessThan(ImbalanceRatio, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ImbalanceRequestsMin, 1);
    }
}
