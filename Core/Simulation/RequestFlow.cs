using Preble.Core.Placement;
using Preble.Core.Serving;
using Preble.Core.Workloads;

namespace Preble.Core.Simulation;

/// <summary>The life of requests: from their clients over a scheduler to a worker, and what the worker tells back.</summary>
internal sealed class RequestFlow
{
    private readonly SimulationOptions _options;
    private readonly SimulatedWorker[] _workers;
    private readonly Dictionary<WorkerId, SimulatedWorker> _byName;
    private readonly SimulatedRouter[] _routers;
    private readonly EventQueue _events;
    private readonly FeedbackIntake _intake;
    private readonly Dictionary<RequestId, SimulatedRequest> _live = [];
    private readonly ILookup<int, WorkloadRequest> _followers;
    private readonly RequestRecord[] _records;
    private readonly TimeSpan _oneWay;
    private readonly ulong _seed = PageKeys.Seed("simulated", "", 0);

    public RequestFlow(
        Workload workload, SimulationOptions options, SimulatedWorker[] workers, SimulatedRouter[] routers, EventQueue events, Random chance)
    {
        _options = options;
        _workers = workers;
        _byName = workers.ToDictionary(worker => worker.Id);
        _routers = routers;
        _events = events;
        _intake = new FeedbackIntake(options, routers, chance);
        _oneWay = TimeSpan.FromSeconds(options.OneWaySeconds);
        _records = [.. workload.Requests.Select(request => new RequestRecord { Index = request.Index, Worker = -1, PromptTokens = request.PromptTokens })];
        _followers = workload.Requests.Where(request => request.After >= 0).ToLookup(request => request.After);
    }

    public ReadOnlySpan<RequestRecord> Records => _records;

    /// <summary>Requests that have ended.</summary>
    public int Ended { get; private set; }

    public TimeSpan Now { get; set; }

    public static RequestId Id(int index) => new("r" + index);

    public SimulatedRouter Router(int index) => _routers[index % _routers.Length];

    /// <summary>A client sends a request.</summary>
    public void Arrive(WorkloadRequest workload)
    {
        var prompt = new Prompt(SegmentTokens.Of(workload.Prompt.Span, SimulatedForwardPass.Vocabulary), _seed, _options.PageTokens);
        var request = new SimulatedRequest(workload, Id(workload.Index), Router(workload.Index), prompt, Now);
        _live.Add(request.Id, request);
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

    /// <summary>A request reaches its worker.</summary>
    public void Deliver(SimulatedRequest request, SimulatedWorker worker)
    {
        // A worker that was lost on the way has been seen to already.
        if (request.Worker != worker.Index || !worker.IsUp)
        {
            return;
        }

        if (worker.IsBusy && worker.Loop.Holds)
        {
            worker.Loop.Hold(request);
            return;
        }

        Submit(request, worker);
        if (!worker.IsBusy)
        {
            Begin(worker);
        }
    }

    private void Submit(SimulatedRequest request, SimulatedWorker worker)
    {
        if (worker.Scheduler.Submit(request.Sequence(), Now) != SubmitOutcome.Accepted)
        {
            request.Refused.Add(worker.Id);
            request.Router.End(request, new CompletionFacts(CompletionOutcome.Rejected, 0, 0, null, 0), Now);
            Place(request);
        }
    }

    /// <summary>A worker's engine looks for new requests and begins its next step.</summary>
    public void Look(SimulatedWorker worker)
    {
        foreach (SimulatedRequest request in worker.Loop.TakeHeld())
        {
            if (request.Worker == worker.Index && worker.IsUp)
            {
                Submit(request, worker);
            }
        }

        Begin(worker);
    }

    private void Begin(SimulatedWorker worker)
    {
        if (worker.IsUp && worker.Begin(Now) is { } duration)
        {
            _events.Add(Now + duration, new SimulatedEvent(SimulatedEventKind.StepEnd, worker.Index));
        }
    }

    /// <summary>A worker has finished a step and begins the next.</summary>
    public void EndStep(SimulatedWorker worker)
    {
        if (!worker.IsUp)
        {
            return;
        }

        var feedback = new Feedback(worker.Index);
        StepResult step = worker.Scheduler.LastStep;
        foreach (SequenceStart start in step.Started)
        {
            SimulatedRequest request = _live[start.Request.Id];
            if (request.CachedTokens < 0)
            {
                request.CachedTokens = Math.Min(start.CachedTokens, request.Prompt.Length);
                worker.CachedTokens += request.CachedTokens;
            }
        }

        bool firstOrLast = false;
        foreach (StepOutput output in step.Outputs)
        {
            SimulatedRequest request = _live[output.Request.Id];
            firstOrLast |= request.Produced == 0 || output.Ended;
            request.FirstToken = request.Produced++ == 0 ? Now : request.FirstToken;
            if (output.Ended)
            {
                feedback.Ended.Add(request);
                Finish(request, RequestOutcome.Completed, Now + _oneWay);
            }
        }

        worker.Tell(feedback, Now, _options.ReportSeconds);
        Post(new SimulatedEvent(SimulatedEventKind.Feedback, worker.Index, Feedback: feedback));
        (bool looks, TimeSpan pause) = worker.Loop.EndStep(step, firstOrLast);
        if (pause > TimeSpan.Zero)
        {
            _events.Add(Now + pause, new SimulatedEvent(SimulatedEventKind.PauseEnd, worker.Index));
        }
        else if (looks)
        {
            Look(worker);
        }
        else
        {
            Begin(worker);
        }
    }

    /// <summary>What a worker tells reaches the schedulers.</summary>
    public void Take(Feedback feedback)
    {
        SimulatedWorker worker = _workers[feedback.Worker];
        if (worker.IsUp)
        {
            _intake.Take(feedback, worker.Id, Now);
        }
    }

    /// <summary>A worker is gone, and its requests go on elsewhere.</summary>
    public void Lose(SimulatedWorker worker)
    {
        if (!worker.IsUp)
        {
            return;
        }

        worker.IsUp = false;
        Array.ForEach(_routers, router => router.Remove(worker.Id));
        foreach (SimulatedRequest request in _live.Values.Where(request => request.Worker == worker.Index).OrderBy(request => request.Workload.Index).ToList())
        {
            request.Router.End(request, new CompletionFacts(CompletionOutcome.Failed, 0, request.Produced, null, 0), Now);
            Place(request);
        }
    }

    private void Finish(SimulatedRequest request, RequestOutcome outcome, TimeSpan at)
    {
        _live.Remove(request.Id);
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
}
