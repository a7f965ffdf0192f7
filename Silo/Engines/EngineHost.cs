using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Preble.Core.Serving;
using Preble.Grains;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Engines;

/// <summary>
/// The thread of one worker. It takes commands between two steps, calls <see cref="LocalScheduler.Step"/> in a loop and hands on what came of it; it
/// waits only when there is no work.
/// </summary>
internal sealed partial class EngineHost : IWorkerEngine, IDisposable
{
    /// <summary>Requests that may stand before the engine's next step; one more is answered with <see cref="Outcome.QueueFull"/>.</summary>
    private const int ArrivalsMax = 1024;

    private readonly EngineCore _core;
    private readonly IEngineObserver _observer;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Channel<LiveRequest> _arrivals = Channel.CreateBounded<LiveRequest>(new BoundedChannelOptions(ArrivalsMax) { SingleReader = true });
    private readonly ConcurrentQueue<LiveRequest> _departures = new();
    private readonly EngineQuestions _questions;
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _wake = new(false);
    private readonly Thread _thread;
    private volatile bool _idleWanted;
    private volatile bool _stopping;

    public EngineHost(EngineCore core, IEngineObserver observer, TimeProvider clock, ILogger logger)
    {
        _core = core;
        _observer = observer;
        _clock = clock;
        _logger = logger;
        _questions = new EngineQuestions(core.WorkerId);
        _thread = new Thread(Run) { IsBackground = true, Name = $"engine {core.WorkerId}" };
    }

    /// <summary>Whether it takes nothing more, because it was told to or because it is broken.</summary>
    public bool HasStopped => _stopping;

    public void Start() => _thread.Start();

    public async IAsyncEnumerable<GenerationEvent> GenerateAsync(GenerateRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (LiveRequest? live, string? problem) = Prepare(request);
        if (live is null)
        {
            yield return Failures.Event(_core.WorkerId, Outcome.WorkerFailed, $"Worker '{_core.WorkerId}' cannot run the request: {problem}");
            yield break;
        }

        if (!_arrivals.Writer.TryWrite(live))
        {
            yield return _arrivals.Reader.Completion.IsCompleted || _stopping
                ? Failures.Event(_core.WorkerId, Outcome.WorkerLost, $"Worker '{_core.WorkerId}' has stopped.")
                : Failures.Event(_core.WorkerId, Outcome.QueueFull, $"Worker '{_core.WorkerId}' has {ArrivalsMax} requests before its next step.");
            yield break;
        }

        _wake.Set();
        try
        {
            while (await live.Output.WaitToReadAsync(cancellationToken))
            {
                while (live.Output.TryRead(out GenerationEvent? item))
                {
                    yield return item;
                }
            }
        }
        finally
        {
            if (!live.HasEnded)
            {
                _departures.Enqueue(live);
                _wake.Set();
            }
        }
    }

    public Task<CacheDump> DumpCacheAsync(CancellationToken cancellationToken) => AskAsync(core => core.Dump(), cancellationToken);

    /// <summary>What the cache was used for most of late.</summary>
    public Task<HotPrefix[]> HottestAsync(int prefixesMax, int tokensMax, CancellationToken cancellationToken) =>
        AskAsync(core => core.Hottest(prefixesMax, tokensMax), cancellationToken);

    /// <summary>Passes on to other workers what is not begun and what comes, or takes it again.</summary>
    public Task PassOnAsync(bool passesOn, CancellationToken cancellationToken) => AskAsync(
        core =>
        {
            core.PassOn(passesOn, Now());
            return passesOn;
        },
        cancellationToken);

    /// <summary>Ends when no request is left here, or the engine has ended.</summary>
    public Task IdleAsync()
    {
        _idleWanted = true;
        _wake.Set();
        return _idle.Task;
    }

    /// <summary>Asks the thread to end after the step that it is in. Any thread.</summary>
    public void Stop()
    {
        _stopping = true;
        _wake.Set();
    }

    /// <summary>Ends all streams as lost, and the thread with them.</summary>
    public void Dispose()
    {
        Stop();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }
    }

    /// <summary>What no gateway sends must not look like a lost worker.</summary>
    private (LiveRequest? Live, string? Problem) Prepare(GenerateRequest request)
    {
        try
        {
            return (_core.Prepare(request), null);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return (null, exception.Message);
        }
    }

    /// <summary>One round of the engine's loop: commands, a step, and the news of both. For the engine's thread, or for who runs the engine without one.</summary>
    /// <returns>Whether there was work.</returns>
    internal bool Turn()
    {
        TakeCommands();
        bool worked = Step();
        _observer.Offer(_core, last: !worked);
        if (_idleWanted && _core.IsIdle && _arrivals.Reader.Count == 0)
        {
            _idle.TrySetResult();
        }

        return worked;
    }

    /// <summary>What follows the last round: all streams end as lost. For the same.</summary>
    internal void End()
    {
        _core.FailAll(Outcome.WorkerLost, $"Worker '{_core.WorkerId}' has stopped.");
        Refuse();
        _observer.Lost();
    }

    private TimeSpan Now() => _clock.GetElapsedTime(0);

    private void Run()
    {
        try
        {
            while (!_stopping)
            {
                _wake.Reset();
                if (!Turn() && !_stopping)
                {
                    // Whatever came after the reset has set it again, a stop included.
                    _wake.Wait();
                }
            }
        }
        catch (Exception exception)
        {
            // A broken invariant: this worker's state can no longer be trusted. Its requests go on elsewhere.
            _stopping = true;
            LogBroken(_logger, exception, _core.WorkerId);
            _core.FailAll(Outcome.WorkerLost, $"Worker '{_core.WorkerId}' has failed: {exception.Message}");
        }

        End();
    }

    private void TakeCommands()
    {
        while (_arrivals.Reader.TryRead(out LiveRequest? arrived))
        {
            _core.Submit(arrived, Now());
        }

        while (_departures.TryDequeue(out LiveRequest? gone))
        {
            _core.Cancel(gone, Now());
        }

        _questions.Answer(_core);
    }

    private Task<T> AskAsync<T>(Func<EngineCore, T> question, CancellationToken cancellationToken) =>
        _questions.AskAsync(question, _wake.Set).WaitAsync(cancellationToken);

    private bool Step()
    {
        bool worked = _core.Step(Now());
        if (_core.StepFailure is { } failure)
        {
            LogFailedStep(_logger, failure, _core.WorkerId);
            if (_core.IsLost)
            {
                LogLost(_logger, _core.WorkerId);
                _stopping = true;
            }
        }

        return worked;
    }

    /// <summary>Answers whoever came after the last step, and nobody can come any more.</summary>
    private void Refuse()
    {
        _arrivals.Writer.TryComplete();
        while (_arrivals.Reader.TryRead(out LiveRequest? late))
        {
            late.Fail(Outcome.WorkerLost, $"Worker '{_core.WorkerId}' has stopped.");
        }

        _questions.Refuse();
        _idle.TrySetResult();
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "Worker {Worker} is broken and stops.")]
    private static partial void LogBroken(ILogger logger, Exception exception, string worker);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The device of worker {Worker} is lost, and the worker with it.")]
    private static partial void LogLost(ILogger logger, string worker);

    [LoggerMessage(Level = LogLevel.Error, Message = "A step of worker {Worker} failed.")]
    private static partial void LogFailedStep(ILogger logger, Exception exception, string worker);
}
