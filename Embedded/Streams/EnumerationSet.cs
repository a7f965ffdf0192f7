namespace Preble.Embedded.Streams;

/// <summary>The enumerations that an activation produces now. Changed only within its turns; the clock looks from outside.</summary>
internal sealed class EnumerationSet : IAsyncDisposable
{
    private HashSet<IOpenEnumeration>? _open;
    private int _count;
    private long _sweptAt;

    /// <summary>Number of enumerations.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds one.</summary>
    public void Add(IOpenEnumeration enumeration)
    {
        (_open ??= []).Add(enumeration);
        Volatile.Write(ref _count, _open.Count);
    }

    /// <summary>Removes one.</summary>
    public void Remove(IOpenEnumeration enumeration)
    {
        _open?.Remove(enumeration);
        Volatile.Write(ref _count, _open?.Count ?? 0);
    }

    /// <summary>Lets every read that waits return without an element.</summary>
    public void ReleaseReads()
    {
        foreach (IOpenEnumeration enumeration in _open ?? []) enumeration.ReleaseRead();
    }

    /// <summary>Whether it is time to look for enumerations that nobody reads.</summary>
    /// <param name="now">Ticks of the host's clock.</param>
    /// <param name="period">Time between two looks.</param>
    public bool IsSweepDue(long now, TimeSpan period) => Count > 0 && now - Volatile.Read(ref _sweptAt) >= period.Ticks;

    /// <summary>Disposes those that nobody has read for the whole of a period.</summary>
    /// <param name="now">Ticks of the host's clock.</param>
    /// <param name="period">Time between two looks.</param>
    public void Sweep(long now, TimeSpan period)
    {
        if (!IsSweepDue(now, period)) return;
        Volatile.Write(ref _sweptAt, now);
        foreach (IOpenEnumeration enumeration in _open!.ToArray())
        {
            if (enumeration.IsForgotten()) _ = enumeration.DisposeAsync().AsTask();
        }
    }

    /// <summary>Ends them all.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (IOpenEnumeration enumeration in _open?.ToArray() ?? []) await enumeration.DisposeAsync();
    }
}
