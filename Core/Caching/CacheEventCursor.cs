namespace Preble.Core.Caching;

/// <summary>Follows the numbers of one worker's cache events, so that repeated ones are skipped and missing ones noticed.</summary>
public sealed class CacheEventCursor
{
    private long _epoch = long.MinValue;
    private long _last;

    /// <summary>Whether events were missed and nothing after them counts until <see cref="Restart"/>.</summary>
    public bool IsLost { get; private set; }

    /// <summary>The latest epoch known; the smallest number before the first.</summary>
    public long Epoch => _epoch;

    /// <summary>Begins a new epoch with an empty cache. An epoch that is not newer changes nothing.</summary>
    /// <returns>Whether the epoch is new.</returns>
    public bool Begin(long epoch)
    {
        if (epoch <= _epoch)
        {
            return false;
        }

        (_epoch, _last, IsLost) = (epoch, 0, false);
        return true;
    }

    /// <summary>
    /// Whether the event with this number is the next one. A known one or one of an older epoch is not; one that leaves a gap is not either, and sets
    /// <see cref="IsLost"/>.
    /// </summary>
    public bool Take(long epoch, long sequence)
    {
        if (epoch > _epoch)
        {
            (_epoch, _last, IsLost) = (epoch, 0, false);
        }

        if (epoch < _epoch || sequence <= _last)
        {
            return false;
        }

        if (IsLost || sequence != _last + 1)
        {
            IsLost = true;
            return false;
        }

        _last = sequence;
        return true;
    }

    /// <summary>The worker has told of all events up to a number: those that are not known by now were missed.</summary>
    public void Expect(long epoch, long last) => IsLost |= epoch == _epoch && last > _last;

    /// <summary>Goes on from a full dump that covers everything up to <paramref name="sequence"/>.</summary>
    /// <returns>False for a dump that is older than what is known; it must not be used.</returns>
    public bool Restart(long epoch, long sequence)
    {
        if (epoch < _epoch || (epoch == _epoch && sequence < _last))
        {
            return false;
        }

        (_epoch, _last, IsLost) = (epoch, sequence, false);
        return true;
    }
}
