namespace Preble.Core.Caching;

/// <summary>
/// The pages of a worker's key-value memory: which are free, and how often each of the others is referred to.
/// <para>Contract. A page is free or has at least one reference; it becomes free with its last. Every operation takes constant time and allocates
/// nothing. Running out is an answer (<see cref="TryTake"/> returns false); releasing or sharing a free page is a broken invariant and always throws
/// <see cref="InvalidOperationException"/>. One thread at a time.</para>
/// </summary>
public sealed class PagePool
{
    private readonly int[] _references;

    // A stack: the page released last is taken first, while its lines may still be in a processor cache.
    private readonly int[] _free;
    private int _freeCount;

    /// <param name="pageCount">Pages in all, at least one; their ids run from 0.</param>
    public PagePool(int pageCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pageCount, 1);
        _references = new int[pageCount];
        _free = new int[pageCount];
        _freeCount = pageCount;
        for (int i = 0; i < pageCount; i++) _free[i] = pageCount - 1 - i;
    }

    /// <summary>Pages in all.</summary>
    public int PageCount => _references.Length;

    /// <summary>Pages without a reference.</summary>
    public int FreeCount => _freeCount;

    /// <summary>Takes a free page with one reference, the caller's. Its content is whatever was there before.</summary>
    /// <returns>False if no page is free; <paramref name="page"/> is then -1.</returns>
    public bool TryTake(out int page)
    {
        if (_freeCount == 0)
        {
            page = -1;
            return false;
        }

        page = _free[--_freeCount];
        if (_references[page] != 0) throw new InvalidOperationException($"Page {page} is on the free list and has {_references[page]} references.");
        _references[page] = 1;
        return true;
    }

    /// <summary>Adds a reference to a page that has one already.</summary>
    public void AddReference(int page)
    {
        if (_references[page] == 0) throw new InvalidOperationException($"Page {page} is free: only a page in use can be shared.");
        _references[page]++;
    }

    /// <summary>Gives up one reference.</summary>
    /// <returns>True if it was the last and the page is free now.</returns>
    public bool Release(int page)
    {
        if (_references[page] == 0) throw new InvalidOperationException($"Page {page} is released more often than it was taken.");
        if (--_references[page] > 0) return false;
        _free[_freeCount++] = page;
        return true;
    }

    /// <summary>References to a page; 0 if it is free.</summary>
    public int References(int page) => _references[page];

    /// <summary>Recomputes what the counters say and throws <see cref="InvalidOperationException"/> where they are wrong. O(pages).</summary>
    public void CheckIntegrity()
    {
        var listed = new bool[PageCount];
        for (int i = 0; i < _freeCount; i++)
        {
            int page = _free[i];
            if (listed[page]) throw new InvalidOperationException($"Page {page} is on the free list twice.");
            if (_references[page] != 0) throw new InvalidOperationException($"Page {page} is on the free list and has {_references[page]} references.");
            listed[page] = true;
        }

        for (int page = 0; page < PageCount; page++)
        {
            if (_references[page] < 0) throw new InvalidOperationException($"Page {page} has {_references[page]} references.");
            if (_references[page] == 0 && !listed[page]) throw new InvalidOperationException($"Page {page} has no reference and is not on the free list.");
        }
    }
}
