namespace Preble.Core.Placement;

/// <summary>
/// Sums over the last H seconds in <see cref="BucketCount"/> buckets of equal length: an entry counts for at least H minus one bucket and at most H.
/// Adding costs nothing but an addition, and nothing is kept for a single request.
/// </summary>
internal sealed class WorkerWindow
{
    /// <summary>Buckets of a window: at three minutes, ten seconds each.</summary>
    public const int BucketCount = 18;

    private readonly WindowSums[] _buckets = new WindowSums[BucketCount];
    private WindowSums _sums;
    private long _current;

    public ref readonly WindowSums Sums => ref _sums;

    /// <summary>The number of the bucket that is filled at <paramref name="now"/>.</summary>
    public static long BucketAt(TimeSpan now, double windowSeconds) => (long)Math.Floor(now.TotalSeconds * BucketCount / windowSeconds);

    /// <summary>Drops what has left the window.</summary>
    /// <param name="bucket">From <see cref="BucketAt"/>, never less than before.</param>
    public void Advance(long bucket)
    {
        if (bucket == _current)
        {
            return;
        }

        for (long passed = Math.Max(_current + 1, bucket - BucketCount + 1); passed <= bucket; passed++)
        {
            _buckets[Place(passed)] = default;
        }

        _current = bucket;
        _sums = default;
        foreach (ref readonly WindowSums one in _buckets.AsSpan())
        {
            _sums.Add(one);
        }
    }

    public void Add(in WindowSums entry)
    {
        _buckets[Place(_current)].Add(entry);
        _sums.Add(entry);
    }

    private static int Place(long bucket) => (int)(((bucket % BucketCount) + BucketCount) % BucketCount);
}
