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
public sealed class Simulation
{
    private readonly Workload _workload;
    private readonly SimulationOptions _options;
    private readonly SimulatedWorker[] _workers;
    private readonly Dictionary<WorkerId, SimulatedWorker> _byName;
    private readonly SimulatedRouter[] _routers;
    private readonly EventQueue _events = new();
    private readonly HashSet<SimulatedRequest> _live = [];
    private readonly Dictionary<RequestId, SimulatedRequest> _byId = [];
    private readonly ILookup<int, WorkloadRequest> _followers;
    private readonly RequestRecord[] _records;
    private readonly List<LoadSample> _samples = [];
    private readonly Random _chance;
    private readonly TimeSpan _oneWay;
    private readonly ulong _seed = PageKeys.Seed("simulated", "", 0);

    /// <exception cref="ArgumentException">An option is out of range or names nothing; the message says what is allowed.</exception>
    public Simulation(Workload workload, SimulationOptions options)
    {
        ArgumentNullException.ThrowIfNull(workload);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _workload = workload;
        _options = options;
        _chance = new Random(options.Seed);
        _oneWay = TimeSpan.FromSeconds(options.OneWaySeconds);
        _workers = [.. options.Workers.Select((hardware, index) => new SimulatedWorker(index, hardware, options))];
        _byName = _workers.ToDictionary(worker => worker.Id);
        _routers = [.. Enumerable.Range(0, options.Faults.Schedulers).Select(_ => new SimulatedRouter(options, workload.Requests.Count))];
        _records = [.. workload.Requests.Select(request => new RequestRecord { Index = request.Index, Worker = -1, PromptTokens = request.PromptTokens })];
        _followers = workload.Requests.Where(request => request.After >= 0).ToLookup(request => request.After);
        Schedule();
    }

    /// <summary>In the workload.</summary>
    public int Requests => _records.Length;

    /// <summary>Requests that have ended, one way or the other. Grows to <see cref="Requests"/>.</summary>
    public int Ended { get; private set; }

    /// <summary>Virtual time.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Takes the next event: an arrival, the end of a worker's step, a fault.</summary>
    /// <returns>False if there is none any more.</returns>
    public bool Step()
    {
        if (Ended == Requests || !_events.TryTake(out TimeSpan at, out SimulatedEvent what) || at.TotalSeconds > _options.SecondsMax)
        {
            return false;
        }

        Now = at;
        switch (what.Kind)
        {
            case SimulatedEventKind.Arrival:
                Arrive(_workload.Requests[what.Index]);
                break;
            case SimulatedEventKind.Delivery:
                Deliver(what.Request!, _workers[what.Index]);
                break;
            case SimulatedEventKind.StepEnd:
                EndStep(_workers[what.Index]);
                break;
            case SimulatedEventKind.Feedback:
                Take(what.Feedback!);
                break;
            case SimulatedEventKind.Loss:
                Lose(_workers[what.Index]);
                break;
            case SimulatedEventKind.Join:
                Join(_workers[what.Index]);
                break;
            case SimulatedEventKind.Drain:
                Array.ForEach(_routers, router => router.Drain(_workers[what.Index].Id, Now));
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
    public DecisionRecord? Explain(int index) => Router(index).Scheduler.Explain(Id(index));

    /// <summary>What was measured so far.</summary>
    public SimulationResult Result() => ResultSummary.Of(_options.Policy, _records, _workers, _samples);

    /// <summary>Recomputes what every part believes of itself and throws where it is wrong. For tests; takes time in proportion to the caches.</summary>
    public void CheckIntegrity()
    {
        Array.ForEach(_routers, router => router.CheckIntegrity());
        Array.ForEach(_workers, worker => worker.Scheduler.CheckIntegrity());
        Invariant.Holds(_live.Count == _byId.Count, "a request under way is found by its id");
    }

    private static RequestId Id(int index) => new("r" + index);

    private SimulatedRouter Router(int index) => _routers[index % _routers.Length];

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

    private void Arrive(WorkloadRequest workload)
    {
        var prompt = new Prompt(SegmentTokens.Of(workload.Prompt.Span, SimulatedForwardPass.Vocabulary), _seed, _options.PageTokens);
        var request = new SimulatedRequest(workload, Id(workload.Index), Router(workload.Index), prompt, Now);
        _live.Add(request);
        _byId.Add(request.Id, request);
        Place(request);
    }

    private void Place(SimulatedRequest request)
    {
        request.Attempts++;
        PlacementResult placed = request.Router.Place(request, Now);
        if (placed.Outcome != PlacementOutcome.Placed)
        {
            request.Worker = -1;
            Finish(request, RequestOutcome.Rejected, Now);
            return;
        }

        SimulatedWorker worker = _byName[placed.Worker];
        worker.Requests++;
        request.Worker = worker.Index;
        request.Placed = Now;
        Post(new SimulatedEvent(SimulatedEventKind.Delivery, worker.Index, request));
    }

    /// <summary>Does at once what takes no time to arrive.</summary>
    private void Post(SimulatedEvent what)
    {
        if (_oneWay > TimeSpan.Zero)
        {
            _events.Add(Now + _oneWay, what);
        }
        else if (what.Kind == SimulatedEventKind.Delivery)
        {
            Deliver(what.Request!, _workers[what.Index]);
        }
        else
        {
            Take(what.Feedback!);
        }
    }

    private void Deliver(SimulatedRequest request, SimulatedWorker worker)
    {
        // A worker that was lost on the way has been seen to already.
        if (request.Worker != worker.Index || !worker.IsUp)
        {
            return;
        }

        var generated = new int[request.Produced];
        for (int i = 0; i < generated.Length; i++)
        {
            generated[i] = SegmentTokens.At(request.Workload.Output.Content, i, SimulatedForwardPass.Vocabulary);
        }

        SubmitOutcome outcome = worker.Scheduler.Submit(
            new SequenceRequest
            {
                Id = request.Id,
                Prompt = request.Prompt,
                Generated = generated,
                MaxNewTokens = request.Workload.Output.Tokens,
                Sampler = new ScriptedSampler(request.Workload.Output, request.Produced),
            },
            Now);
        if (outcome != SubmitOutcome.Accepted)
        {
            request.Refused.Add(worker.Id);
            request.Router.End(request, new CompletionFacts(CompletionOutcome.Rejected, 0, 0, null, 0), Now);
            Place(request);
        }
        else if (!worker.IsBusy)
        {
            Begin(worker);
        }
    }

    private void Begin(SimulatedWorker worker)
    {
        if (worker.Begin(Now) is { } duration)
        {
            _events.Add(Now + duration, new SimulatedEvent(SimulatedEventKind.StepEnd, worker.Index));
        }
    }

    private void EndStep(SimulatedWorker worker)
    {
        if (!worker.IsUp)
        {
            return;
        }

        var feedback = new Feedback(worker.Index);
        StepResult step = worker.Scheduler.LastStep;
        foreach (SequenceStart start in step.Started)
        {
            SimulatedRequest request = _byId[start.Request.Id];
            if (request.CachedTokens < 0)
            {
                request.CachedTokens = Math.Min(start.CachedTokens, request.Prompt.Length);
                worker.CachedTokens += request.CachedTokens;
            }
        }

        foreach (StepOutput output in step.Outputs)
        {
            SimulatedRequest request = _byId[output.Request.Id];
            request.FirstToken = request.Produced++ == 0 ? Now : request.FirstToken;
            if (output.Ended)
            {
                feedback.Ended.Add(request);
                Finish(request, RequestOutcome.Completed, Now + _oneWay);
            }
        }

        worker.Tell(feedback, Now, _options.ReportSeconds);
        Post(new SimulatedEvent(SimulatedEventKind.Feedback, worker.Index, Feedback: feedback));
        Begin(worker);
    }

    private void Take(Feedback feedback)
    {
        SimulatedWorker worker = _workers[feedback.Worker];
        if (!worker.IsUp)
        {
            return;
        }

        foreach (CacheEvent change in feedback.Events)
        {
            if (change.Kind != CacheEventKind.Evicted || _options.Faults.EvictionsLostShare == 0 || _chance.NextDouble() >= _options.Faults.EvictionsLostShare)
            {
                Array.ForEach(_routers, router => router.Apply(worker.Id, change));
            }
        }

        if (feedback.Dump is { } dump)
        {
            Array.ForEach(_routers, router => router.Replace(worker.Id, dump));
        }

        foreach (SimulatedRequest request in feedback.Ended)
        {
            double ttft = (request.FirstToken - request.Placed).TotalSeconds + _options.OneWaySeconds;
            var facts = new CompletionFacts(
                CompletionOutcome.Completed, request.CachedTokens, request.Produced, ttft, (Now - request.Placed).TotalSeconds);
            request.Router.End(request, facts, Now);
        }

        if (feedback.Report is { } report)
        {
            Array.ForEach(_routers, router => router.Report(report, Now));
        }
    }

    private void Lose(SimulatedWorker worker)
    {
        if (!worker.IsUp)
        {
            return;
        }

        worker.IsUp = false;
        Array.ForEach(_routers, router => router.Remove(worker.Id));
        foreach (SimulatedRequest request in _live.Where(request => request.Worker == worker.Index).OrderBy(request => request.Workload.Index).ToList())
        {
            request.Router.End(request, new CompletionFacts(CompletionOutcome.Failed, 0, request.Produced, null, 0), Now);
            Place(request);
        }
    }

    private void Finish(SimulatedRequest request, RequestOutcome outcome, TimeSpan at)
    {
        _live.Remove(request);
        _byId.Remove(request.Id);
        Ended++;
        int index = request.Workload.Index;
        _records[index] = new RequestRecord(
            index,
            outcome,
            request.Worker,
            request.Sent,
            outcome == RequestOutcome.Completed ? request.FirstToken + _oneWay : at,
            at,
            request.Prompt.Length,
            Math.Max(0, request.CachedTokens),
            request.Produced,
            request.Attempts);
        foreach (WorkloadRequest next in _followers[index])
        {
            _events.Add(next.Arrival > at ? next.Arrival : at, new SimulatedEvent(SimulatedEventKind.Arrival, next.Index));
        }
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
