using System.Threading.Channels;
using Preble.Core.Caching;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Engines;

/// <summary>
/// Carries what an engine's thread saw to the tree and the scheduler: cache events in order, and the latest load. The engine never waits for it: while a message is under way events gather up to
/// a bound, past which a dump takes their place, and reports replace each other. An idle worker repeats its last report as a sign of life; a tree or scheduler that has forgotten it, as they may, learns of it
/// again within a heartbeat.
/// </summary>
internal sealed partial class WorkerFeed(IGrainFactory grains, WorkerRegistration registration, TimeProvider clock, ILogger logger)
{
    /// <summary>Events that wait for the tree before a dump takes their place.</summary>
    private const int EventsMax = 4096;

    /// <summary>Rest between two messages, so that many small steps make few of them.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(10);

    /// <summary>Time between two signs of life of an idle worker.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    private readonly IPrefixTreeGrain _tree = grains.GetGrain<IPrefixTreeGrain>(registration.Model);
    private readonly ISchedulerGrain _scheduler = grains.GetGrain<ISchedulerGrain>(registration.Model);
    private readonly Lock _gate = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private List<CacheEvent> _events = [];
    private WorkerReport? _report;
    private bool _dumpWanted;
    private bool _reportTaken = true;
    private long _reports;

    /// <summary>Makes the worker known.</summary>
    public Task RegisterAsync() => _scheduler.RegisterWorkerAsync(registration);

    /// <summary>Takes in the state between two steps. The engine's thread.</summary>
    /// <param name="core">The engine.</param>
    /// <param name="last">Whether no step follows soon, so that the report must be of this moment.</param>
    public void Offer(EngineCore core, bool last)
    {
        lock (_gate)
        {
            core.DrainEvents(_events);
            if (core.DumpNeeded || _events.Count > EventsMax)
            {
                _dumpWanted = true;
                _events.Clear();
            }

            if (last || _reportTaken)
            {
                _report = core.Report(++_reports);
                _reportTaken = false;
            }
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>Tells that the worker is gone. The engine's thread.</summary>
    public void Lost() => _signal.Writer.TryComplete();

    /// <summary>Sends until cancelled or until the worker is lost.</summary>
    /// <param name="engine">Gives a dump when events were lost on the way.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(EngineHost engine, CancellationToken cancellationToken)
    {
        await using ITimer heart = clock.CreateTimer(_ => _signal.Writer.TryWrite(true), null, Heartbeat, Heartbeat);
        while (await _signal.Reader.WaitToReadAsync(cancellationToken))
        {
            _signal.Reader.TryRead(out _);
            try
            {
                await SendAsync(engine, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // What was taken may not have arrived: only a dump is sure to.
                LogUnsent(logger, exception, registration.WorkerId);
                Retry();
            }

            await Task.Delay(Rest, clock, cancellationToken);
        }

        await _scheduler.RemoveWorkerAsync(registration.WorkerId);
    }

    /// <remarks>1. Take what is there. 2. The load; a scheduler that does not know the worker gets its registration. 3. The events. 4. A dump where events do not suffice.</remarks>
    private async Task SendAsync(EngineHost engine, CancellationToken cancellationToken)
    {
        // 1. Take.
        bool dumpWanted;
        WorkerReport? report;
        List<CacheEvent> events;
        lock (_gate)
        {
            (dumpWanted, _dumpWanted) = (_dumpWanted, false);
            (report, _reportTaken) = (_report, true);
            (events, _events) = (_events, []);
        }

        // 2. Load.
        bool registered = false;
        if (report is not null && (await _scheduler.ReportAsync(report)).RegistrationWanted)
        {
            await RegisterAsync();
            registered = true;
        }

        // 3. Events, if only none as a sign of life.
        CacheEventReply reply = await _tree.ApplyAsync(Wire.Batch(registration.WorkerId, registration.Epoch, events));
        if (reply.RegistrationWanted)
        {
            await _tree.RegisterWorkerAsync(registration);
            registered = true;
        }

        // 4. Dump. Events that it covers already and that are sent after it are known by their numbers.
        if (dumpWanted || reply.DumpWanted || registered)
        {
            await _tree.ReplaceAsync(await engine.DumpCacheAsync(cancellationToken));
        }
    }

    private void Retry()
    {
        lock (_gate)
        {
            _dumpWanted = true;
        }

        _signal.Writer.TryWrite(true);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "News of worker {Worker} did not arrive; a full dump follows.")]
    private static partial void LogUnsent(ILogger logger, Exception exception, string worker);
}
