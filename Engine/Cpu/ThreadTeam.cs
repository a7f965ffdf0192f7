namespace Preble.Engine.Cpu;

/// <summary>
/// A fixed team of threads that works through the items of one job at a time; the caller is lane 0 and works too. With one lane there is no thread
/// and no handoff. Items are claimed one by one, and the caller waits for items, never for threads: a helper that the system has not scheduled costs
/// nothing. Helpers spin for a moment between jobs and then sleep.
/// </summary>
internal sealed class ThreadTeam : IDisposable
{
    /// <summary>Most lanes of a team.</summary>
    internal const int LanesMax = 256;

    /// <summary>Looks for a new job before a helper sleeps; some tens of microseconds, the pause between the jobs of a step.</summary>
    private const int SpinsBeforeSleep = 1000;

    private readonly Lock _starting = new();
    private readonly object _bell = new();
    private readonly Thread[] _helpers;

    // Number of the job in the upper half, items that nobody has claimed yet in the lower. Whether there is one to claim is said by the word that the claim
    // swaps, and by nothing beside it: a helper late from the job before finds no item there, however much of the next job is written down already.
    private long _ticket;
    private volatile ParallelJob? _job;
    private volatile int _items;
    private int _finished;
    private int _sleepers;
    private volatile bool _stopping;
    private Exception? _failure;

    internal ThreadTeam(int lanes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lanes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lanes, LanesMax);
        Lanes = lanes;
        _helpers = new Thread[lanes - 1];
        for (int i = 0; i < _helpers.Length; i++)
        {
            int lane = i + 1;
            _helpers[i] = new Thread(() => Help(lane)) { IsBackground = true, Name = $"preble-compute-{lane}" };
            _helpers[i].Start();
        }
    }

    /// <summary>Threads that work, the caller included.</summary>
    internal int Lanes { get; }

    /// <summary>Runs all items of a job and returns when they are done. What an item throws is thrown here.</summary>
    internal void Run(ParallelJob job, int items)
    {
        if (_helpers.Length == 0 || items <= 1)
        {
            for (int item = 0; item < items; item++)
            {
                job.Run(item, 0);
            }

            return;
        }

        lock (_starting)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            _failure = null;
            _job = job;
            _items = items;
            Volatile.Write(ref _finished, 0);
            long ticket = (((_ticket >> 32) + 1) << 32) | (uint)items;

            // The exchange is a full fence: either a helper sees the new ticket, or this thread sees that it sleeps.
            Interlocked.Exchange(ref _ticket, ticket);
            if (Volatile.Read(ref _sleepers) > 0)
            {
                lock (_bell)
                {
                    Monitor.PulseAll(_bell);
                }
            }

            Work(0);
            var spin = new SpinWait();
            while (Volatile.Read(ref _finished) < items)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            if (_failure is { } failure)
            {
                throw new InvalidOperationException("A compute thread failed.", failure);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping = true;
        lock (_bell)
        {
            Monitor.PulseAll(_bell);
        }

        foreach (Thread helper in _helpers)
        {
            helper.Join();
        }
    }

    private void Help(int lane)
    {
        long seen = 0;
        while (!_stopping)
        {
            if (!WaitForTicket(seen))
            {
                continue;
            }

            seen = Volatile.Read(ref _ticket) >> 32;
            Work(lane);
        }
    }

    private bool WaitForTicket(long seen)
    {
        for (int spin = 0; spin < SpinsBeforeSleep; spin++)
        {
            if (Volatile.Read(ref _ticket) >> 32 != seen)
            {
                return true;
            }

            Thread.SpinWait(10);
        }

        lock (_bell)
        {
            Interlocked.Increment(ref _sleepers);
            while (!_stopping && Volatile.Read(ref _ticket) >> 32 == seen)
            {
                Monitor.Wait(_bell);
            }

            Interlocked.Decrement(ref _sleepers);
        }

        return !_stopping;
    }

    private void Work(int lane)
    {
        while (true)
        {
            long ticket = Volatile.Read(ref _ticket);
            int unclaimed = (int)ticket;
            if (unclaimed == 0)
            {
                return;
            }

            if (Interlocked.CompareExchange(ref _ticket, ticket - 1, ticket) != ticket)
            {
                continue;
            }

            // The claim held, so the job cannot change before this item is finished.
            try
            {
                _job!.Run(_items - unclaimed, lane);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, e, null);
            }

            Interlocked.Increment(ref _finished);
        }
    }
}
