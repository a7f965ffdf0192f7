using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Preble.Core;
using Preble.Core.Caching;
using Preble.Core.Placement;
using Preble.Grains.Interfaces;
using Preble.Grains.Placement;
using CacheDump = Preble.Grains.Interfaces.CacheDump;
using WorkerMatch = Preble.Core.Placement.WorkerMatch;

namespace Preble.Grains;

/// <summary>
/// Hosts a <see cref="PrefixTree"/>; its turn is the tree's lock. A new activation asks the workers for what they hold, and answers with what it knows
/// meanwhile.
/// </summary>
[KeepAlive]
[ControlPlacement]
public sealed partial class PrefixTreeGrain(
    PrefixTreeOptions options, SchedulerSettings settings, ISilos silos, TimeProvider clock, ILogger<PrefixTreeGrain> logger)
    : Grain, IPrefixTreeGrain
{
    private static readonly TimeSpan LeasePeriod = TimeSpan.FromSeconds(1);
    private readonly PrefixTree _tree = new(options);
    private readonly PrefixMatch _match = new();
    private readonly Dictionary<string, CacheEventCursor> _cursors = [];
    private readonly Dictionary<string, long> _heardAt = [];
    private long _periods;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(ExpireLeasesAsync, new GrainTimerCreationOptions(LeasePeriod, LeasePeriod));
        _ = WorkerCensus.TakeAsync(GrainFactory, silos, this.GetPrimaryKeyString(), TakeAsync);
        return Task.CompletedTask;
    }

    public Task<MatchReply> MatchAsync(MatchRequest request)
    {
        _tree.Match(Keys(request.PageKeys), _match, Now, request.WithEvictionCost);
        var workers = new List<Interfaces.WorkerMatch>(_match.Count);
        for (int slot = 0; slot < _match.Count; slot++)
        {
            WorkerMatch worker = _match[slot];
            if (worker.Worker.Value is not null && (worker.ExpectedPages > 0 || request.WithEvictionCost))
            {
                workers.Add(Messages.Match(worker));
            }
        }

        return Task.FromResult(new MatchReply
        {
            Workers = [.. workers],
            LongestPages = _match.LongestPages,
            PathEnds = request.WithPath ? _match.PathEnds.ToArray() : [],
            EvictionRegret = _match.EvictionRegret,
            SharedPages = _match.SharedPages,
        });
    }

    public Task PromiseAsync(PagePromise promise)
    {
        _tree.Promise(new WorkerId(promise.WorkerId), Keys(promise.PageKeys), new RequestId(promise.RequestId), Now);
        return Task.CompletedTask;
    }

    public Task SettleAsync(string requestId, bool answered)
    {
        var request = new RequestId(requestId);
        _ = answered ? _tree.Conclude(request, Now) : _tree.Settle(request);
        return Task.CompletedTask;
    }

    public Task RegisterWorkerAsync(WorkerRegistration registration)
    {
        var worker = new WorkerId(registration.WorkerId);
        CacheEventCursor cursor = Cursor(registration.WorkerId);
        if (registration.Epoch < cursor.Epoch)
        {
            return Task.CompletedTask;
        }

        if (cursor.Begin(registration.Epoch))
        {
            _tree.RemoveWorker(worker);
        }

        _tree.AddWorker(worker, registration.KvTokens / registration.PageTokens);
        _heardAt[registration.WorkerId] = _periods;
        return Task.CompletedTask;
    }

    public Task RemoveWorkerAsync(string workerId, long epoch)
    {
        if (_cursors.TryGetValue(workerId, out CacheEventCursor? cursor) && cursor.Epoch <= epoch)
        {
            Forget(workerId);
        }

        return Task.CompletedTask;
    }

    public Task<CacheEventReply> ApplyAsync(CacheEventBatch batch)
    {
        if (!_cursors.TryGetValue(batch.WorkerId, out CacheEventCursor? cursor) || batch.Epoch > cursor.Epoch)
        {
            return Task.FromResult(new CacheEventReply { DumpWanted = false, RegistrationWanted = true });
        }

        var worker = new WorkerId(batch.WorkerId);
        foreach (CacheEventMessage item in batch.Events)
        {
            if (cursor.Take(batch.Epoch, item.Sequence))
            {
                _tree.Apply(worker, Messages.Event(item));
            }
        }

        cursor.Expect(batch.Epoch, batch.LastEvent);
        if (batch.Epoch == cursor.Epoch)
        {
            _heardAt[batch.WorkerId] = _periods;
        }

        return Task.FromResult(new CacheEventReply { DumpWanted = cursor.IsLost, RegistrationWanted = false });
    }

    public Task ReplaceAsync(CacheDump dump)
    {
        IEnumerable<ReadOnlyMemory<PageKey>> paths = Messages.Dump(dump).WholePaths();
        if (_cursors.TryGetValue(dump.WorkerId, out CacheEventCursor? cursor) && dump.Epoch == cursor.Epoch && cursor.Restart(dump.Epoch, dump.Sequence))
        {
            _tree.Replace(new WorkerId(dump.WorkerId), paths);
        }

        return Task.CompletedTask;
    }

    public Task<PrefixTreeStatus> StatusAsync() =>
        Task.FromResult(new PrefixTreeStatus { Nodes = _tree.NodeCount, Pages = _tree.PageCount, Workers = _tree.WorkerCount });

    private TimeSpan Now => clock.GetElapsedTime(0);

    private static ReadOnlySpan<PageKey> Keys(ulong[] keys) => MemoryMarshal.Cast<ulong, PageKey>(keys);

    /// <summary>A worker of the census. Events and dumps that the worker sends meanwhile are told apart from its answer by their numbers.</summary>
    private async Task TakeAsync(WorkerAnnouncement worker)
    {
        await RegisterWorkerAsync(worker.Registration);
        try
        {
            await ReplaceAsync(await GrainFactory.GetGrain<IWorkerGrain>(worker.Registration.WorkerId).DumpCacheAsync(CancellationToken.None));
        }
        catch (Exception exception)
        {
            LogNoDump(logger, exception, worker.Registration.WorkerId);
        }
    }

    /// <summary>
    /// A worker may die together with the scheduler that would have told of it. Leases are counted in the tree's own periods, so that they run only while
    /// it listens.
    /// </summary>
    private Task ExpireLeasesAsync()
    {
        _periods++;
        foreach (string workerId in _heardAt.Where(it => (_periods - it.Value) * LeasePeriod.TotalSeconds > settings.LeaseSeconds).Select(it => it.Key).ToArray())
        {
            Forget(workerId);
        }

        return Task.CompletedTask;
    }

    private void Forget(string workerId)
    {
        _tree.RemoveWorker(new WorkerId(workerId));
        _cursors.Remove(workerId);
        _heardAt.Remove(workerId);
    }

    private CacheEventCursor Cursor(string workerId)
    {
        if (!_cursors.TryGetValue(workerId, out CacheEventCursor? cursor))
        {
            _cursors.Add(workerId, cursor = new CacheEventCursor());
        }

        return cursor;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Worker {Worker} gave no dump; its next sign of life asks for one.")]
    private static partial void LogNoDump(ILogger logger, Exception exception, string worker);
}
