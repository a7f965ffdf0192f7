namespace Preble.Core.Serving;

/// <summary>
/// One sequence of tokens to produce. A request that wants several choices submits one of these for each; they share what they have in common through
/// the cache.
/// </summary>
public sealed record SequenceRequest
{
    /// <summary>The request that the sequence belongs to.</summary>
    public required RequestId Id { get; init; }

    /// <summary>Which of the request's choices it is, from 0.</summary>
    public int Choice { get; init; }

    /// <summary>What was asked.</summary>
    public required Prompt Prompt { get; init; }

    /// <summary>
    /// Output tokens that another worker produced before it was lost. They are context to compute, are never sampled again, and count against
    /// <see cref="MaxNewTokens"/>. The sampler must know them already. [tokens]
    /// </summary>
    public ReadOnlyMemory<int> Generated { get; init; }

    /// <summary>Output tokens at most, <see cref="Generated"/> included; 0 or more. [tokens]</summary>
    public required int MaxNewTokens { get; init; }

    /// <summary>Chooses the tokens. It belongs to this sequence alone.</summary>
    public required ITokenSampler Sampler { get; init; }
}
