namespace Preble.Core.Caching;

/// <summary>What a cache would find of a prompt now.</summary>
/// <param name="Pages">Leading whole pages that it holds. [pages]</param>
/// <param name="EvictablePages">How many of them nothing has pinned: they count as evictable until the prompt itself pins them. [pages]</param>
public readonly record struct CachedPrefix(int Pages, int EvictablePages);
