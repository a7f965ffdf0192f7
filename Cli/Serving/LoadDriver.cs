using Preble.Core.Workloads;

namespace Preble.Cli.Serving;

/// <summary>
/// Sends a workload's requests: each at its time (open loop) or a fixed number at once (closed loop). A request that follows another is sent when that one
/// has ended, however it ended.
/// </summary>
internal sealed class LoadDriver
{
    private readonly Func<WorkloadRequest, CancellationToken, Task<StreamMeasurement>> _send;
    private readonly TimeProvider _clock;

    /// <param name="send">Sends one and returns when it has ended. Must not throw.</param>
    /// <param name="clock">Time.</param>
    public LoadDriver(Func<WorkloadRequest, CancellationToken, Task<StreamMeasurement>> send, TimeProvider clock)
    {
        _send = send;
        _clock = clock;
    }

    /// <summary>Sends until all have ended, the time is over, or <paramref name="cancel"/> is set; returns what was measured in any case.</summary>
    /// <param name="workload">What is sent.</param>
    /// <param name="shape">How.</param>
    /// <param name="ended">Told of each end.</param>
    /// <param name="cancel">Ends requests under way, too.</param>
    public async Task<LoadResult> RunAsync(Workload workload, LoadShape shape, Action<StreamMeasurement> ended, CancellationToken cancel)
    {
        var run = new Run(this, workload, shape, ended, cancel);
        try
        {
            await (shape.Concurrency is { } lanes ? run.CloseLoopAsync(lanes) : run.OpenLoopAsync());
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // What was measured until now is the result.
        }

        StreamMeasurement[] measured = [.. run.Measurements.OfType<StreamMeasurement>()];
        return new LoadResult(measured, _clock.GetElapsedTime(run.Start, run.LastEnd).TotalSeconds, cancel.IsCancellationRequested);
    }

    private sealed class Run
    {
        private readonly LoadDriver _driver;
        private readonly IReadOnlyList<WorkloadRequest> _requests;
        private readonly LoadShape _shape;
        private readonly Action<StreamMeasurement> _ended;
        private readonly CancellationToken _cancel;
        private readonly TaskCompletionSource?[] _followed;
        private readonly Lock _lock = new();

        public Run(LoadDriver driver, Workload workload, LoadShape shape, Action<StreamMeasurement> ended, CancellationToken cancel)
        {
            _driver = driver;
            _requests = workload.Requests;
            _shape = shape;
            _ended = ended;
            _cancel = cancel;
            Measurements = new StreamMeasurement?[_requests.Count];
            _followed = new TaskCompletionSource?[_requests.Count];
            foreach (WorkloadRequest request in _requests.Where(request => request.After >= 0))
            {
                _followed[request.After] ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            Start = LastEnd = driver._clock.GetTimestamp();
        }

        public StreamMeasurement?[] Measurements { get; }

        public long Start { get; }

        public long LastEnd { get; private set; }

        private TimeSpan Elapsed => _driver._clock.GetElapsedTime(Start);

        private bool IsOver => _shape.Duration is { } duration && Elapsed >= duration;

        public async Task OpenLoopAsync()
        {
            using var slots = new SemaphoreSlim(_shape.InFlightMax);
            var live = new List<Task>();
            try
            {
                foreach (WorkloadRequest request in _requests)
                {
                    if (_shape.Duration is { } duration && request.Arrival >= duration)
                    {
                        break;
                    }

                    TimeSpan wait = request.Arrival - Elapsed;
                    if (wait > TimeSpan.Zero)
                    {
                        // Timers count in milliseconds: nothing is sent before its time.
                        await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), _driver._clock, _cancel);
                    }

                    if (request.After < 0)
                    {
                        await slots.WaitAsync(_cancel);
                    }

                    _cancel.ThrowIfCancellationRequested();
                    live.Add(SendInTurnAsync(request, slots));
                }
            }
            finally
            {
                await Task.WhenAll(live);
            }
        }

        /// <summary>A fixed number of lanes, each of which takes the first request in the order of the workload that may be sent.</summary>
        public async Task CloseLoopAsync(int lanes)
        {
            var ready = new PriorityQueue<WorkloadRequest, int>(_requests.Where(request => request.After < 0).Select(request => (request, request.Index)));
            ILookup<int, WorkloadRequest> followers = _requests.Where(request => request.After >= 0).ToLookup(request => request.After);
            using var waiting = new SemaphoreSlim(ready.Count);
            int left = _requests.Count;
            await Task.WhenAll(Enumerable.Range(0, Math.Min(lanes, left)).Select(_ => RunLaneAsync()));

            async Task RunLaneAsync()
            {
                while (true)
                {
                    await waiting.WaitAsync(_cancel);
                    WorkloadRequest request;
                    lock (_lock)
                    {
                        if (left == 0)
                        {
                            waiting.Release();
                            return;
                        }

                        request = ready.Dequeue();
                    }

                    bool over = IsOver;
                    if (!over)
                    {
                        await SendAsync(request);
                    }

                    lock (_lock)
                    {
                        // The last one, or the end of the time, lets all lanes go.
                        left = over ? 0 : Math.Max(0, left - 1);
                        foreach (WorkloadRequest follower in followers[request.Index])
                        {
                            ready.Enqueue(follower, follower.Index);
                            waiting.Release();
                        }

                        if (left == 0)
                        {
                            waiting.Release();
                        }
                    }
                }
            }
        }

        private async Task SendInTurnAsync(WorkloadRequest request, SemaphoreSlim slots)
        {
            if (request.After >= 0)
            {
                await _followed[request.After]!.Task;
                await slots.WaitAsync(CancellationToken.None);
            }

            if (!IsOver && !_cancel.IsCancellationRequested)
            {
                await SendAsync(request);
            }

            slots.Release();
            _followed[request.Index]?.SetResult();
        }

        private async Task SendAsync(WorkloadRequest request)
        {
            StreamMeasurement measured = await _driver._send(request, _cancel);
            lock (_lock)
            {
                Measurements[request.Index] = measured;
                LastEnd = Math.Max(LastEnd, _driver._clock.GetTimestamp());
                _ended(measured);
            }
        }
    }
}
