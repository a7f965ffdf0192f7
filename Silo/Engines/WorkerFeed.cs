using System.Threading.Channels;
using Preble.Core.Caching;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Engines;

/// <summary>
/// Carries what an engine's thread saw to the tree and the scheduler: cache events in order, and the latest load. The engine never waits for it: while a message is under way events gather up to
/// a bound, past which a dump takes their place, and reports replace each other.
/// </summary>
internal sealed partial class WorkerFeed(IGrainFactory grains, string workerId, string model, TimeProvider clock, ILogger logger)
{
    /// <summary>Events that wait for the tree before a dump takes their place.</summary>
    private const int EventsMax = 4096;

    /// <summary>Rest between two messages, so that many small steps make few of them.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private List<CacheEvent> _events = [];
    private WorkerReport? _report;
    private bool _dumpWanted;
    private long _reports;

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

            if (last || _report is null)
            {
                _report = core.Report(++_reports);
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
        var tree = grains.GetGrain<IPrefixTreeGrain>(model);
        var scheduler = grains.GetGrain<ISchedulerGrain>(model);
        while (await _signal.Reader.WaitToReadAsync(cancellationToken))
        {
            _signal.Reader.TryRead(out _);
            try
            {
                await SendAsync(engine, tree, scheduler, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // What was taken may not have arrived: only a dump is sure to.
                LogUnsent(logger, exception, workerId);
                Retry();
            }

            await Task.Delay(Rest, clock, cancellationToken);
        }

        await scheduler.RemoveWorkerAsync(workerId);
    }

    private async Task SendAsync(EngineHost engine, IPrefixTreeGrain tree, ISchedulerGrain scheduler, CancellationToken cancellationToken)
    {
        bool dumpWanted;
        WorkerReport? report;
        List<CacheEvent> events;
        lock (_gate)
        {
            (dumpWanted, _dumpWanted) = (_dumpWanted, false);
            (report, _report) = (_report, null);
            (events, _events) = (_events, []);
        }

        if (events.Count > 0)
        {
            CacheEventReply reply = await tree.ApplyAsync(Wire.Batch(workerId, engine.Epoch, events));
            dumpWanted |= reply.DumpWanted;
        }

        if (dumpWanted)
        {
            // Events that it covers already and that are sent after it are known by their numbers.
            await tree.ReplaceAsync(await engine.DumpCacheAsync(cancellationToken));
        }

        if (report is not null)
        {
            await scheduler.ReportAsync(report);
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
