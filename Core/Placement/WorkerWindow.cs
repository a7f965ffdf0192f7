namespace Preble.Core.Placement;

/// <summary>
/// Sums over the last H seconds in <see cref="BucketCount"/> buckets of equal length: an entry counts for at least H minus one bucket and at most H.
/// Adding costs nothing but an addition, and nothing is kept for a single request.
/// </summary>
internal sealed class WorkerWindow
{
    /// <summary>Buckets of a window: at three minutes, ten seconds each.</summary>
    public const int BucketCount = 18;

    private readonly WindowSums[] buckets = new WindowSums[BucketCount];
    private WindowSums sums;
    private long current;

    public ref readonly WindowSums Sums => ref sums;

    /// <summary>The number of the bucket that is filled at <paramref name="now"/>.</summary>
    public static long BucketAt(TimeSpan now, double windowSeconds) => (long)Math.Floor(now.TotalSeconds * BucketCount / windowSeconds);

    /// <summary>Drops what has left the window.</summary>
    /// <param name="bucket">From <see cref="BucketAt"/>, never less than before.</param>
    public void Advance(long bucket)
    {
        if (bucket == current)
        {
            return;
        }

        for (long passed = Math.Max(current + 1, bucket - BucketCount + 1); passed <= bucket; passed++)
        {
            buckets[Place(passed)] = default;
        }

        current = bucket;
        sums = default;
        foreach (ref readonly WindowSums one in buckets.AsSpan())
        {
            sums.Add(one);
        }
    }

    public void Add(in WindowSums entry)
    {
        buckets[Place(current)].Add(entry);
        sums.Add(entry);
    }

    private static int Place(long bucket) => (int)(((bucket % BucketCount) + BucketCount) % BucketCount);
}
