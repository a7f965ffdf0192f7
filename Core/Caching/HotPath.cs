namespace Preble.Core.Caching;

/// <summary>A cached path that was used more than once of late.</summary>
/// <param name="Seed">From <see cref="Prompt.Seed"/>.</param>
/// <param name="Tokens">Whole pages from position 0 on. [tokens]</param>
/// <param name="Keys">Keys of these pages. [pages]</param>
/// <param name="Heat">Uses of its last page: each counts 1 and half as much with every <see cref="HotPrefixSearch.HalfLifeSeconds"/>.</param>
public sealed record HotPath(ulong Seed, ReadOnlyMemory<int> Tokens, ReadOnlyMemory<PageKey> Keys, double Heat);
