using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Preble.Core.Caching;
using Preble.Grains;
using Preble.Grains.Interfaces;
using CacheDump = Preble.Grains.Interfaces.CacheDump;

namespace Preble.Silo.Engines;

/// <summary>
/// Carries what an engine's thread saw to the tree and the scheduler: cache events in order, and the latest load. The engine never waits for it:
/// while a message is under way events gather up to a bound, past which a dump takes their place, and a report waits for it to be taken; an engine
/// that comes to rest reports that moment. An idle worker repeats its last report as a sign of life; a tree or scheduler that has forgotten it, as
/// they may, learns of it again within a heartbeat.
/// </summary>
internal sealed partial class WorkerFeed(IGrainFactory grains, WorkerRegistration registration, TimeProvider clock, ILogger logger) : IEngineObserver
{
    /// <summary>Page keys in the events that wait for the tree before a dump takes their place.</summary>
    private const int EventKeysMax = 1 << 20;

    /// <summary>Prefixes that a worker which leaves names to the others at most, and tokens of all of them.</summary>
    private const int HandOverPrefixesMax = 32;
    private const int HandOverTokensMax = 65_536;

    /// <summary>Rest between two messages, so that many small steps make few of them.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// After so long a message is given up and its news sent anew: a worker that waited for one that was lost would itself be taken for lost.
    /// </summary>
    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(2);

    /// <summary>Time between two signs of life of an idle worker.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    private readonly IPrefixTreeGrain _tree = grains.GetGrain<IPrefixTreeGrain>(registration.Model);
    private readonly ISchedulerGrain _scheduler = grains.GetGrain<ISchedulerGrain>(registration.Model);
    private readonly Lock _gate = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private List<CacheEvent> _events = [];
    private WorkerReport? _report;
    private int _eventKeys;
    private long _lastEvent;
    private bool _dumpWanted;
    private bool _reportTaken = true;
    private long _reports;
    private Task _dump = Task.CompletedTask;
    private volatile bool _draining;

    /// <summary>The worker as it would make itself known now. Any thread.</summary>
    public WorkerAnnouncement Announcement
    {
        get
        {
            lock (_gate)
            {
                return new WorkerAnnouncement { Registration = registration, Report = _report, Draining = _draining };
            }
        }
    }

    /// <summary>Makes the worker known; one that drains, as such.</summary>
    public async Task RegisterAsync()
    {
        await _scheduler.RegisterWorkerAsync(registration);
        if (_draining)
        {
            await _scheduler.DrainWorkerAsync(registration.WorkerId, registration.Epoch);
        }
    }

    /// <summary>Has no more requests sent to the worker if there are others.</summary>
    public async Task DrainAsync()
    {
        _draining = true;
        try
        {
            await _scheduler.DrainWorkerAsync(registration.WorkerId, registration.Epoch);
        }
        catch (Exception exception)
        {
            // The worker is about to end; then it is taken off anyway.
            LogUndrained(logger, exception, registration.WorkerId);
        }
    }

    /// <summary>
    /// Once the worker and those that leave with it drain: passes on what it has not begun, and has others compute what it was used for most, if there are
    /// others.
    /// </summary>
    public async Task HandOverAsync(EngineHost engine)
    {
        try
        {
            if ((await _scheduler.StandingAsync(registration.WorkerId)).Others > 0)
            {
                await engine.PassOnAsync(passesOn: true, CancellationToken.None);
                HotPrefix[] prefixes = await engine.HottestAsync(HandOverPrefixesMax, HandOverTokensMax, CancellationToken.None);
                await _scheduler.HandOverAsync(new HandOver { WorkerId = registration.WorkerId, Prefixes = prefixes });
            }
        }
        catch (Exception exception)
        {
            LogUndrained(logger, exception, registration.WorkerId);
        }
    }

    public void Offer(EngineCore core, bool last)
    {
        lock (_gate)
        {
            int known = _events.Count;
            core.DrainEvents(_events);
            _lastEvent = core.LastEvent;
            for (int index = known; index < _events.Count; index++)
            {
                _eventKeys += _events[index].Path.Length;
            }

            if (core.DumpNeeded || _eventKeys > EventKeysMax)
            {
                _dumpWanted = true;
                _events.Clear();
                _eventKeys = 0;
            }

            if (last || _reportTaken)
            {
                _report = core.Report(++_reports, _reportTaken ? null : _report);
                _reportTaken = false;
            }
        }

        _signal.Writer.TryWrite(true);
    }

    public void Lost() => _signal.Writer.TryComplete();

    /// <summary>Sends until the worker is lost, and then tells that; or until cancelled.</summary>
    /// <param name="engine">Gives a dump when events were lost on the way.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(IWorkerEngine engine, CancellationToken cancellationToken)
    {
        await using ITimer heart = clock.CreateTimer(_ => _signal.Writer.TryWrite(true), null, Heartbeat, Heartbeat);
        while (await _signal.Reader.WaitToReadAsync(cancellationToken))
        {
            _signal.Reader.TryRead(out _);
            TimeSpan rest = Rest;
            try
            {
                await SendAsync(engine, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // What was taken may not have arrived: only a dump is sure to.
                LogUnsent(logger, exception, registration.WorkerId);
                Retry();
                rest = Heartbeat;
            }

            await Task.Delay(rest, clock, cancellationToken);
        }

        try
        {
            await _scheduler.RemoveWorkerAsync(registration.WorkerId, registration.Epoch);
        }
        catch (Exception exception)
        {
            LogUnsent(logger, exception, registration.WorkerId);
        }
    }

    /// <remarks>1. Take what is there. 2. The load; a scheduler that does not know the worker gets its registration. 3. The events. 4. A dump where
    /// events do not suffice.</remarks>
    private async Task SendAsync(IWorkerEngine engine, CancellationToken cancellationToken)
    {
        // 1. Take.
        bool dumpWanted;
        WorkerReport? report;
        List<CacheEvent> events;
        long lastEvent;
        lock (_gate)
        {
            (dumpWanted, _dumpWanted) = (_dumpWanted, false);
            (report, _reportTaken) = (_report, true);
            (events, _events, _eventKeys) = (_events, [], 0);
            lastEvent = _lastEvent;
        }

        // 2. Load. The tree must hear of the worker also while the scheduler does not answer.
        bool registered = false;
        Exception? unheard = null;
        try
        {
            registered = report is not null && await ReportAsync(report, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            unheard = exception;
        }

        // 3. Events, if only none as a sign of life.
        CacheEventBatch batch = Wire.Batch(registration.WorkerId, registration.Epoch, events, lastEvent);
        CacheEventReply reply = await _tree.ApplyAsync(batch).WaitAsync(SendLimit, clock, cancellationToken);
        if (reply.RegistrationWanted)
        {
            await _tree.RegisterWorkerAsync(registration).WaitAsync(SendLimit, clock, cancellationToken);
            registered = true;
        }

        // 4. Dump. Events that it covers already and that are sent after it are known by their numbers; what it is too early for is asked for again.
        if (dumpWanted || reply.DumpWanted || registered)
        {
            // An engine answers between two steps. One whose steps are long must not be silent meanwhile.
            if (_dump.IsCompleted)
            {
                _dump = DumpAsync(engine, cancellationToken);
            }
        }

        if (unheard is not null)
        {
            ExceptionDispatchInfo.Throw(unheard);
        }
    }

    /// <returns>Whether the scheduler did not know the worker, and has its registration now.</returns>
    private async Task<bool> ReportAsync(WorkerReport report, CancellationToken cancellationToken)
    {
        bool wanted = (await _scheduler.ReportAsync(report).WaitAsync(SendLimit, clock, cancellationToken)).RegistrationWanted;
        if (wanted)
        {
            await RegisterAsync().WaitAsync(SendLimit, clock, cancellationToken);
        }

        return wanted;
    }

    private async Task DumpAsync(IWorkerEngine engine, CancellationToken cancellationToken)
    {
        try
        {
            CacheDump dump = await engine.DumpCacheAsync(cancellationToken);
            await _tree.ReplaceAsync(dump).WaitAsync(SendLimit, clock, cancellationToken);
        }
        catch (Exception exception)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                LogUnsent(logger, exception, registration.WorkerId);
                Retry();
            }
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The scheduler did not hear that worker {Worker} drains.")]
    private static partial void LogUndrained(ILogger logger, Exception exception, string worker);

    [LoggerMessage(Level = LogLevel.Warning, Message = "News of worker {Worker} did not arrive; a full dump follows.")]
    private static partial void LogUnsent(ILogger logger, Exception exception, string worker);
}
