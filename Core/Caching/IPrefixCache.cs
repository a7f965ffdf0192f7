namespace Preble.Core.Caching;

/// <summary>
/// Remembers which pages hold the keys and values of which tokens, so that a prompt starts behind the longest prefix that was computed before.
/// <para>Contract. A path is a run of whole pages of tokens from position 0 on, under a seed. Tokens decide what is equal, never hashes alone;
/// different seeds share nothing. A page on a path is referred to by the cache once and once more by each pin whose path includes it. A pinned page
/// is never evicted and never changes its tokens; an unpinned one stays cached until <see cref="Evict"/> takes it, least recently used first, always
/// from the end of a path. Time is what the caller says it is; a clock that steps back counts as standing still, and what happens at one time is
/// ordered as it was called. Broken invariants (a pin given up twice, a page stored that nobody owns) throw <see cref="InvalidOperationException"/>.
/// One thread at a time.</para>
/// </summary>
public interface IPrefixCache
{
    /// <summary>Tokens in a page.</summary>
    int PageTokens { get; }

    /// <summary>Whether stored pages can be found again at all: false for a cache that is no cache, where nobody should wait for another's prefix.</summary>
    bool KeepsPages { get; }

    /// <summary>Pages that the cache refers to, pinned or not.</summary>
    int CachedPages { get; }

    /// <summary>Cached pages that no pin includes: as many as <see cref="Evict"/> could free.</summary>
    int EvictablePages { get; }

    /// <summary>Changes whenever <see cref="Peek"/> might find more or fewer pages than before.</summary>
    long Version { get; }

    /// <summary>What <see cref="Pin"/> would find. Changes nothing, not even the order of eviction.</summary>
    /// <param name="seed">From <see cref="Prompt.Seed"/>.</param>
    /// <param name="tokens">At least one. [tokens]</param>
    CachedPrefix Peek(ulong seed, ReadOnlySpan<int> tokens);

    /// <summary>
    /// Finds what <see cref="Pin"/> would, and makes it the most recently used without pinning it, as for a sequence that waits to use it: pages deeper in the
    /// path are evicted before those that lead to them. What others have pinned counts as used when they give it up.
    /// </summary>
    /// <param name="seed">From <see cref="Prompt.Seed"/>.</param>
    /// <param name="tokens">At least one. [tokens]</param>
    /// <param name="now">The time of use.</param>
    /// <returns>Pages found.</returns>
    int Touch(ulong seed, ReadOnlySpan<int> tokens, TimeSpan now);

    /// <summary>
    /// Finds the longest cached path that is a prefix of <paramref name="tokens"/> and pins it, with a reference to each of its pages. At most
    /// <c>(tokens.Length - 1) / PageTokens</c> pages, so that at least one token is left to compute: logits are not cached.
    /// </summary>
    /// <param name="seed">From <see cref="Prompt.Seed"/>.</param>
    /// <param name="tokens">At least one. [tokens]</param>
    /// <param name="pages">Receives the page ids of the path; room for the largest possible match.</param>
    /// <param name="now">The time of use.</param>
    /// <returns>The pin, perhaps of no page; the caller owes it an <see cref="Unpin"/>.</returns>
    PrefixPin Pin(ulong seed, ReadOnlySpan<int> tokens, Span<int> pages, TimeSpan now);

    /// <summary>
    /// Makes the computed whole pages of a running sequence known, so that others find them from now on, and lengthens the pin over them. Each page
    /// needs the owner's reference, which passes to the pin. Where another sequence has stored equal tokens first, its page is kept:
    /// <paramref name="pages"/> receives that page's id, the duplicate is released, and no event tells of it.
    /// </summary>
    /// <param name="pin">The sequence's pin.</param>
    /// <param name="tokens">All computed tokens from position 0 on; what is left over after the last whole page is ignored. [tokens]</param>
    /// <param name="pages">The page ids of the sequence; the first <c>tokens.Length / PageTokens</c> may be replaced.</param>
    /// <param name="now">The time of use.</param>
    void Store(PrefixPin pin, ReadOnlySpan<int> tokens, Span<int> pages, TimeSpan now);

    /// <summary>
    /// Gives up a pin and its references. Pages that no other pin includes become evictable, those deeper in the path before those that lead to them.
    /// </summary>
    void Unpin(PrefixPin pin, TimeSpan now);

    /// <summary>
    /// The paths that were used most of late, by more than one, the hottest first; a path that leads to another one is part of that one. Takes time in
    /// proportion to what is cached.
    /// </summary>
    /// <param name="pathsMax">Paths at most.</param>
    /// <param name="tokensMax">Tokens of all paths at most; what they share counts once. [tokens]</param>
    IReadOnlyList<HotPath> Hottest(int pathsMax, int tokensMax);

    /// <summary>Frees unpinned pages: least recently used path first, from its last page on, no more than asked.</summary>
    /// <returns>Pages freed; fewer than <paramref name="pages"/> only if no unpinned one is left.</returns>
    int Evict(int pages);

    /// <summary>The number of the last event, 0 before the first. It advances with every change, whether or not anyone drains.</summary>
    long LastEvent { get; }

    /// <summary>
    /// Whether events were lost because the buffer was full: <see cref="Drain"/> then gives what came before the gap, and only <see cref="Dump"/> the
    /// truth.
    /// </summary>
    bool DumpNeeded { get; }

    /// <summary>Appends the buffered events to <paramref name="events"/> in order, and forgets them.</summary>
    void Drain(List<CacheEvent> events);

    /// <summary>All that the cache holds now. Events go on after it with the next number; what was buffered or lost before is covered by it.</summary>
    CacheDump Dump();

    /// <summary>Recomputes every counter and throws <see cref="InvalidOperationException"/> where one is wrong. O(tokens cached).</summary>
    void CheckIntegrity();
}
