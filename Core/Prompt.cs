namespace Preble.Core;

/// <summary>The tokens of one request with the keys of their whole pages. Immutable.</summary>
public sealed class Prompt
{
    private PageKey[]? _keys;

    /// <param name="tokens">At least one token id. [tokens]</param>
    /// <param name="seed">From <see cref="PageKeys.Seed"/>: prompts of different seeds share nothing.</param>
    /// <param name="pageTokens">Tokens in a page.</param>
    public Prompt(ReadOnlyMemory<int> tokens, ulong seed, int pageTokens)
    {
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Length, nameof(tokens));
        Tokens = tokens;
        Seed = seed;
        PageTokens = pageTokens;
    }

    /// <summary>[tokens]</summary>
    public ReadOnlyMemory<int> Tokens { get; }

    /// <summary>Length in tokens.</summary>
    public int Length => Tokens.Length;

    /// <summary>The seed of the keys, which also names the tenant's own tree in a worker's cache.</summary>
    public ulong Seed { get; }

    /// <summary>Tokens in a page.</summary>
    public int PageTokens { get; }

    /// <summary>One key for each whole page, computed when first asked for. [Length / PageTokens]</summary>
    public ReadOnlyMemory<PageKey> Keys => _keys ??= PageKeys.Compute(Seed, Tokens.Span, PageTokens);
}
