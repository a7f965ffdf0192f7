using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Preble.Core.Placement;

/// <summary>
/// The workers that a scheduler knows, in the order in which they joined: who joins, is heard of, is held to be lost, drains and leaves. Soft state, rebuilt
/// from registrations. Times never decrease.
/// </summary>
/// <param name="options">Bounds and times.</param>
/// <param name="left">Told of a worker that leaves, when it is found by its id no more: what is live there ends.</param>
internal sealed class Roster(GlobalSchedulerOptions options, Action<WorkerState> left)
{
    private readonly List<WorkerState> _workers = [];
    private readonly List<WorkerView> _views = [];
    private readonly Dictionary<WorkerId, WorkerState> _byId = [];
    private readonly Newcomers _newcomers = new(options);
    private readonly Leases _leases = new(options);
    private TimeSpan _now;
    private long _bucket;

    public IReadOnlyCollection<WorkerState> All => _workers;

    public IReadOnlyDictionary<WorkerId, WorkerState> ById => _byId;

    /// <summary>What policies see of them. Changes with the roster.</summary>
    public IReadOnlyList<WorkerView> Views => _views;

    /// <summary>The same, to look through without allocating. Valid until one joins or leaves.</summary>
    public ReadOnlySpan<WorkerView> ViewSpan => CollectionsMarshal.AsSpan(_views);

    public bool TryFind(WorkerId id, [NotNullWhen(true)] out WorkerState? worker) => _byId.TryGetValue(id, out worker);

    /// <summary>Registers a worker: a later start replaces an earlier one, and the same start renews its lease.</summary>
    public AddWorkerOutcome Join(WorkerProfile profile)
    {
        var outcome = AddWorkerOutcome.Added;
        if (TryFind(profile.Id, out WorkerState? known))
        {
            long epoch = known.View.Profile.Epoch;
            if (profile.Epoch < epoch)
            {
                return AddWorkerOutcome.Stale;
            }

            if (profile.Epoch == epoch)
            {
                _leases.Renew(known);
                return AddWorkerOutcome.Unchanged;
            }

            Leave(profile.Id, epoch: null);
            outcome = AddWorkerOutcome.Replaced;
        }

        if (_workers.Count >= options.WorkersMax)
        {
            return AddWorkerOutcome.TooMany;
        }

        var worker = new WorkerState(profile);
        _leases.Renew(worker);
        worker.View.WindowState.Advance(_bucket);
        _newcomers.Join(worker, _workers, _now);
        _workers.Add(worker);
        _views.Add(worker.View);
        _byId.Add(profile.Id, worker);
        return outcome;
    }

    /// <summary>A later start of it than the one that is named stays.</summary>
    /// <returns>Whether it was known, and has left.</returns>
    public bool Leave(WorkerId id, long? epoch)
    {
        if (!TryFind(id, out WorkerState? worker) || worker.View.Profile.Epoch > epoch)
        {
            return false;
        }

        _byId.Remove(id);
        left(worker);
        worker.View.HasGone = true;
        _workers.Remove(worker);
        _views.Remove(worker.View);
        _newcomers.Leave(worker, _workers);
        return true;
    }

    /// <summary>Lets those leave whose leases have run out.</summary>
    public IReadOnlyList<WorkerProfile> Expire()
    {
        if (!_workers.Exists(_leases.HasExpired))
        {
            return [];
        }

        WorkerProfile[] expired = [.. _workers.Where(_leases.HasExpired).Select(worker => worker.View.Profile)];
        Array.ForEach(expired, worker => Leave(worker.Id, worker.Epoch));
        return expired;
    }

    /// <returns>Whether it is known, and in this start of it if one is named.</returns>
    public bool Drain(WorkerId id, long? epoch)
    {
        if (!TryFind(id, out WorkerState? worker) || (epoch is { } wanted && worker.View.Profile.Epoch != wanted))
        {
            return false;
        }

        worker.View.IsDraining = true;
        return true;
    }

    /// <summary>A report of its has come that is not older than the last.</summary>
    public void Heard(WorkerState worker) => _leases.Heard(worker);

    /// <summary>What it tells of its steps has been taken over.</summary>
    public void Measured(WorkerState worker) => _newcomers.Reported(worker, _workers);

    /// <summary>A request of it ended as if it had gone.</summary>
    public void Suspect(WorkerState worker) => _leases.Suspect(worker);

    /// <summary>Time has passed.</summary>
    public void Advance(TimeSpan now)
    {
        _now = now;
        _leases.Advance(now);
        _newcomers.Advance(now);
        if (WorkerWindow.BucketAt(now, options.WindowSeconds) is var current && current != _bucket)
        {
            _bucket = current;
            foreach (WorkerState worker in _workers)
            {
                worker.View.WindowState.Advance(_bucket);
            }
        }
    }

    public void CheckIntegrity()
    {
        _newcomers.CheckIntegrity(_workers);
        Invariant.Holds(_workers.Count == _byId.Count && _workers.Count == _views.Count, "every worker is found by its id");
        Invariant.Holds(_workers.TrueForAll(worker => TryFind(worker.Id, out WorkerState? found) && found == worker && !worker.View.HasGone), "who has gone is not found");
        Invariant.Holds(_workers.Select(worker => worker.View).SequenceEqual(_views), "views stand as their workers do");
        Invariant.Holds(_workers.Count <= options.WorkersMax, "there are no more workers than allowed");
    }
}
