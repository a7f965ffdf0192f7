namespace Preble.Core.Caching;

/// <summary>
/// All that a worker's cache holds: a reader who replaces what it believed by this and goes on with the events after it knows the truth. Every page stands in it
/// once, however many paths share it, so that it is no larger than the cache.
/// </summary>
/// <param name="LastEvent">The number of the last event that the dump includes; 0 if there was none.</param>
/// <param name="Paths">Each path that no other continues, the least recently used path first. [paths]</param>
public sealed record CacheDump(long LastEvent, IReadOnlyList<CachePath> Paths)
{
    /// <summary>The keys of each path from its first page on, in their order; one stands until the next is asked for. [paths][pages]</summary>
    /// <exception cref="ArgumentException">A path shares more than there is of an earlier one; found before the first is given.</exception>
    public IEnumerable<ReadOnlyMemory<PageKey>> WholePaths()
    {
        for (int index = 0; index < Paths.Count; index++)
        {
            (int first, int shared, _) = Paths[index];
            if (shared != 0 && (shared < 0 || (uint)first >= (uint)index || shared > Length(Paths[first])))
            {
                throw new ArgumentException($"Path {index} shares {shared} pages with path {first}, but that must come before it and have as many.");
            }
        }

        return Put(Paths);
    }

    private static IEnumerable<ReadOnlyMemory<PageKey>> Put(IReadOnlyList<CachePath> paths)
    {
        PageKey[] whole = [];
        for (int index = 0; index < paths.Count; index++)
        {
            int length = Length(paths[index]);
            if (whole.Length < length) whole = new PageKey[Math.Max(length, 2 * whole.Length)];

            // From its end to its beginning, which earlier and earlier paths have.
            for ((int at, int end) = (index, length); end > 0;)
            {
                CachePath path = paths[at];
                if (end > path.Shared) path.Keys[..(end - path.Shared)].CopyTo(whole.AsMemory(path.Shared));
                (at, end) = (path.Base, Math.Min(end, path.Shared));
            }

            yield return whole.AsMemory(0, length);
        }
    }

    private static int Length(CachePath path) => path.Shared + path.Keys.Length;
}
