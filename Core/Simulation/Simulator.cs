using Preble.Core.Caching;
using Preble.Core.Placement;
using Preble.Core.Serving;
using Preble.Core.Workloads;

namespace Preble.Core.Simulation;

/// <summary>
/// A cluster in virtual time: the real <see cref="GlobalScheduler"/>, <see cref="PrefixTree"/>, <see cref="LocalScheduler"/> and
/// <see cref="PrefixCache"/>, with a timing model in place of the forward pass. The same workload, options and version give the same result, bit for
/// bit.
/// <para>A worker takes requests between steps; what a step computed becomes known at its end: tokens to the client, pages to the tree, load to the
/// schedulers. Clients allow more tokens than their answers have, so that no policy knows how long an answer will be. Not modelled: the cost of
/// tokenizing, of placing and of sampling, and the network but for <see cref="SimulationOptions.OneWaySeconds"/>.</para>
/// </summary>
public sealed class Simulator
{
    private readonly Workload _workload;
    private readonly SimulationOptions _options;
    private readonly SimulatedWorker[] _workers;
    private readonly SimulatedRouter[] _routers;
    private readonly EventQueue _events = new();
    private readonly RequestFlow _flow;
    private readonly List<LoadSample> _samples = [];
    private readonly Random _chance;
    private readonly TimeSpan _end;

    /// <exception cref="ArgumentException">An option is out of range or names nothing; the message says what is allowed.</exception>
    public Simulator(Workload workload, SimulationOptions options)
    {
        ArgumentNullException.ThrowIfNull(workload);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _workload = workload;
        _options = options;
        _chance = new Random(options.Seed);
        _end = workload.Requests.Select(request => request.Arrival).DefaultIfEmpty().Max() + TimeSpan.FromSeconds(options.SecondsMax);
        _workers = [.. options.Workers.Select((hardware, index) => new SimulatedWorker(index, hardware, options))];
        _routers = [.. Enumerable.Range(0, options.Faults.Schedulers).Select(_ => new SimulatedRouter(options, workload.Requests.Count))];
        _flow = new RequestFlow(workload, options, _workers, _routers, _events, _chance);
        Schedule();
    }

    /// <summary>In the workload.</summary>
    public int Requests => _workload.Requests.Count;

    /// <summary>Requests that have ended, one way or the other. Grows to <see cref="Requests"/>.</summary>
    public int Ended => _flow.Ended;

    /// <summary>Virtual time.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Takes the next event: an arrival, the end of a worker's step, a fault.</summary>
    /// <returns>False if there is none any more.</returns>
    public bool Step()
    {
        if (Ended == Requests || !_events.TryTake(out TimeSpan at, out SimulatedEvent what) || at > _end)
        {
            return false;
        }

        Now = at;
        _flow.Now = at;
        switch (what.Kind)
        {
            case SimulatedEventKind.Arrival:
                _flow.Arrive(_workload.Requests[what.Index]);
                break;
            case SimulatedEventKind.Delivery:
                _flow.Deliver(what.Request!, _workers[what.Index]);
                break;
            case SimulatedEventKind.StepEnd:
                _flow.EndStep(_workers[what.Index]);
                break;
            case SimulatedEventKind.PauseEnd:
                _flow.Look(_workers[what.Index]);
                break;
            case SimulatedEventKind.Feedback:
                _flow.Take(what.Feedback!);
                break;
            case SimulatedEventKind.Loss:
                _flow.Lose(_workers[what.Index]);
                break;
            case SimulatedEventKind.Join:
                Join(_workers[what.Index]);
                break;
            case SimulatedEventKind.Drain:
                Array.ForEach(_routers, router => router.Drain(_workers[what.Index].Id));
                break;
            case SimulatedEventKind.Sample:
                Sample();
                break;
            default:
                throw new InvalidOperationException($"Unknown event {what.Kind}.");
        }

        return true;
    }

    /// <summary>
    /// Why a request went where it went: its last placement, with every candidate's cost. Of the last decisions of its scheduler
    /// (<see cref="GlobalSchedulerOptions.DecisionsMax"/>); null before it was placed or when that is too long ago.
    /// </summary>
    public DecisionRecord? Explain(int index) => _flow.Router(index).Scheduler.Explain(RequestFlow.Id(index));

    /// <summary>Has the coming placements of a request told in words, too (<see cref="DecisionRecord.Reason"/>): of one request of each scheduler, the last asked.</summary>
    public void Ask(int index) => _flow.Router(index).Scheduler.Asked = RequestFlow.Id(index);

    /// <summary>What was measured so far.</summary>
    public SimulationResult Result() => ResultSummary.Of(_options.Policy, _flow.Records, _workers, _samples);

    /// <summary>Recomputes what every part believes of itself and throws where it is wrong. For tests; takes time in proportion to the caches.</summary>
    public void CheckIntegrity()
    {
        Array.ForEach(_routers, router => router.CheckIntegrity());
        Array.ForEach(_workers, worker => worker.Scheduler.CheckIntegrity());
    }

    private void Schedule()
    {
        SimulationFaults faults = _options.Faults;
        var late = new HashSet<int>();
        foreach (WorkerChange join in faults.Joins)
        {
            late.Add(join.Worker);
            _events.Add(join.At, new SimulatedEvent(SimulatedEventKind.Join, join.Worker));
        }

        foreach (SimulatedWorker worker in _workers.Where(worker => !late.Contains(worker.Index)))
        {
            Join(worker);
        }

        foreach (WorkerChange drain in faults.Drains)
        {
            _events.Add(drain.At, new SimulatedEvent(SimulatedEventKind.Drain, drain.Worker));
        }

        foreach (WorkerChange loss in faults.Losses)
        {
            _events.Add(loss.At, new SimulatedEvent(SimulatedEventKind.Loss, loss.Worker));
        }

        foreach (WorkloadRequest request in _workload.Requests.Where(request => request.After < 0))
        {
            _events.Add(request.Arrival, new SimulatedEvent(SimulatedEventKind.Arrival, request.Index));
        }

        if (_options.SampleSeconds > 0)
        {
            _events.Add(TimeSpan.Zero, new SimulatedEvent(SimulatedEventKind.Sample));
        }
    }

    private void Join(SimulatedWorker worker)
    {
        WorkerProfile profile = worker.Profile(Told(worker.Hardware.Rates), 2 * _options.OneWaySeconds);
        worker.IsUp = true;
        Array.ForEach(_routers, router => router.Add(profile, worker.Hardware.KvTokens / _options.PageTokens, Now));
    }

    private WorkerRates Told(WorkerRates rates)
    {
        return new WorkerRates(Wrong(rates.Alpha), Wrong(rates.Beta), Wrong(rates.T0), Wrong(rates.Gamma), Wrong(rates.Delta));

        double Wrong(double rate) => _chance.Next(2) == 0 ? rate * _options.Faults.RateErrorFactor : rate / _options.Faults.RateErrorFactor;
    }

    private void Sample()
    {
        foreach (SimulatedWorker worker in _workers)
        {
            SchedulerCounts counts = worker.Scheduler.Counts;
            _samples.Add(new LoadSample(Now, worker.Index, counts.Running, counts.Waiting, counts.PagesCached, counts.PagesHeld));
        }

        _events.Add(Now + TimeSpan.FromSeconds(_options.SampleSeconds), new SimulatedEvent(SimulatedEventKind.Sample));
    }
}
