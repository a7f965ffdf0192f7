namespace Preble.Core.Caching;

/// <summary>
/// One sequence's hold on a cache: the path of pages, from the first page on, that it reads and that therefore cannot be evicted. Made by
/// <see cref="IPrefixCache.Pin"/>, lengthened by <see cref="IPrefixCache.Store"/>, ended by <see cref="IPrefixCache.Unpin"/>.
/// </summary>
public sealed class PrefixPin
{
    internal PrefixPin(ulong seed) => Seed = seed;

    /// <summary>The seed under which the tokens are cached.</summary>
    public ulong Seed { get; }

    /// <summary>Length of the path. [pages]</summary>
    public int Pages { get; internal set; }

    /// <summary>Where the path ends; null once the pin is given up, and for a cache that keeps nothing.</summary>
    internal PrefixNode? Node { get; set; }

    /// <summary>Place in the cache's list of pins.</summary>
    internal int Index { get; set; } = -1;

    /// <summary>
    /// The keys of the path, as far as events have needed them. Only ever appended to, so that events share the array instead of copying the path for
    /// each page.
    /// </summary>
    internal PageKeyPath Keys { get; } = new();

    /// <summary>Whether <paramref name="pages"/> are the pages of the path. O(pages); for integrity checks.</summary>
    internal bool Covers(ReadOnlySpan<int> pages)
    {
        if (pages.Length != Pages) return false;
        for (PrefixNode? node = Node; node is { IsRoot: false }; node = node.Parent)
        {
            if (!node.Pages.SequenceEqual(pages.Slice(node.PagesBefore, node.Count))) return false;
        }

        return true;
    }
}
