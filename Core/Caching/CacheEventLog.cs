namespace Preble.Core.Caching;

/// <summary>
/// Numbers the changes of a cache and keeps the latest until they are drained; when more come than it has room for, it says that a dump is needed.
/// </summary>
/// <param name="eventsMax">Events kept at once; 0 for a cache whose events nobody reads.</param>
internal sealed class CacheEventLog(int eventsMax)
{
    private readonly Queue<CacheEvent> _events = new();

    public long Last { get; private set; }

    public bool DumpNeeded { get; private set; }

    /// <summary>Numbers the next change.</summary>
    /// <returns>Whether its event is to be given to <see cref="Keep"/>. If not, the path need not be built: the event is lost, and the log stays
    /// silent until a dump.</returns>
    public bool Next()
    {
        Last++;
        if (_events.Count >= eventsMax) DumpNeeded = true;
        return !DumpNeeded;
    }

    /// <summary>Keeps the event of the change just numbered.</summary>
    public void Keep(CacheEventKind kind, ReadOnlyMemory<PageKey> path, int from) => _events.Enqueue(new CacheEvent(Last, kind, path, from));

    public void Drain(List<CacheEvent> into)
    {
        while (_events.TryDequeue(out CacheEvent? next)) into.Add(next);
    }

    /// <summary>Starts again behind a dump.</summary>
    public void Dumped()
    {
        _events.Clear();
        DumpNeeded = false;
    }
}
