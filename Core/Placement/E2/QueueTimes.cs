namespace Preble.Core.Placement.E2;

/// <summary>
/// How long the requests of each key portion queued, told within the last half of the window H and within the half before: each portion keeps its own
/// two sums. The oldest samples leave early when there are more than <see cref="PolicyOptions.E2WindowRequestsMax"/>.
/// </summary>
internal sealed class QueueTimes(PolicyOptions options, KeyPortions portions)
{
    private readonly TimeSpan _window = TimeSpan.FromSeconds(options.E2WindowSeconds);
    private readonly Queue<QueueSample> _recent = new();
    private readonly Queue<QueueSample> _earlier = new();

    public int Samples => _recent.Count + _earlier.Count;

    public void Add(KeyPortion portion, double seconds, TimeSpan now)
    {
        if (Samples >= options.E2WindowRequestsMax)
        {
            DropOldest();
        }

        long queue = LoadSums.Nanoseconds(Math.Clamp(seconds, 0, options.E2WindowSeconds));
        portion.Recent.Add(queue);
        _recent.Enqueue(new QueueSample(now, portion, portion.SampleStamp, queue));
    }

    /// <summary>Lets samples grow older.</summary>
    public void Advance(TimeSpan now)
    {
        while (_recent.TryPeek(out QueueSample sample) && sample.At + (_window / 2) <= now)
        {
            _recent.Dequeue().TakeFromRecent();
            if (sample.IsCurrent)
            {
                sample.Portion.Earlier.Add(sample.Queue);
                _earlier.Enqueue(sample);
            }
        }

        while (_earlier.TryPeek(out QueueSample sample) && sample.At + _window <= now)
        {
            _earlier.Dequeue().TakeFromEarlier();
        }
    }

    /// <summary>Forgets what a portion queued, so that it is judged anew.</summary>
    public void Restart(KeyPortion portion)
    {
        portion.SampleStamp = portions.NewStamp();
        portion.Recent = default;
        portion.Earlier = default;
    }

    /// <summary>Whether the mean of the last half has grown by the factor that asks for a replica, with samples enough and above the floor.</summary>
    public bool HasGrown(KeyPortion portion) =>
        Math.Min(portion.Recent.Samples, portion.Earlier.Samples) >= options.E2QueueSamplesMin
        && portion.Recent.Mean >= LoadSums.Nanoseconds(options.E2QueueFloorSeconds)
        && portion.Recent.Mean >= options.E2QueueGrowth * portion.Earlier.Mean;

    /// <summary>Whether the mean over H has fallen by the same factor from what it was when the portion got its last replica, or below the floor.</summary>
    public bool HasCalmed(KeyPortion portion)
    {
        int samples = portion.Recent.Samples + portion.Earlier.Samples;
        double mean = samples > 0 ? (double)(portion.Recent.Sum + portion.Earlier.Sum) / samples : 0;
        return mean <= Math.Max(LoadSums.Nanoseconds(options.E2QueueFloorSeconds), portion.ScaledQueue / options.E2QueueGrowth);
    }

    /// <summary>Recomputes the sums of all portions and throws if one is wrong. For tests.</summary>
    public void CheckIntegrity()
    {
        var recent = new Dictionary<KeyPortion, QueueSums>();
        var earlier = new Dictionary<KeyPortion, QueueSums>();
        foreach ((Queue<QueueSample> samples, Dictionary<KeyPortion, QueueSums> sums) in new[] { (_recent, recent), (_earlier, earlier) })
        {
            foreach (QueueSample sample in samples)
            {
                if (sample.IsCurrent)
                {
                    QueueSums sum = sums.GetValueOrDefault(sample.Portion);
                    sum.Add(sample.Queue);
                    sums[sample.Portion] = sum;
                }
            }
        }

        foreach (KeyPortion portion in portions.All)
        {
            Invariant.Holds(recent.GetValueOrDefault(portion) == portion.Recent, "a portion's late queueing times are those of its samples");
            Invariant.Holds(earlier.GetValueOrDefault(portion) == portion.Earlier, "a portion's earlier queueing times are those of its samples");
        }

        Invariant.Holds(Samples <= options.E2WindowRequestsMax, "samples of queueing times stay within their bound");
    }

    private void DropOldest()
    {
        if (_earlier.TryDequeue(out QueueSample oldest))
        {
            oldest.TakeFromEarlier();
        }
        else
        {
            _recent.Dequeue().TakeFromRecent();
        }
    }
}
