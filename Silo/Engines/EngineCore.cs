using Preble.Core;
using Preble.Core.Caching;
using Preble.Core.Serving;
using Preble.Grains.Interfaces;
using CacheDump = Preble.Grains.Interfaces.CacheDump;

namespace Preble.Silo.Engines;

/// <summary>
/// What an engine's thread works on: the local scheduler, its cache, and the requests whose streams it writes. One thread at a time; only <see
/// cref="Prepare"/> may be called by others.
/// </summary>
/// <param name="workerId">The worker.</param>
/// <param name="epoch">Of the worker.</param>
/// <param name="scheduler">Decides what each step computes.</param>
/// <param name="cache">The scheduler's cache.</param>
/// <param name="samplers">Makes the samplers of a request.</param>
/// <param name="clock">Times the steps.</param>
internal sealed class EngineCore(string workerId, long epoch, LocalScheduler scheduler, IPrefixCache cache, SamplerFactory samplers, TimeProvider clock)
{
    private readonly StepMeter _meter = new(clock);
    private readonly Dictionary<RequestId, LiveRequest> _live = [];
    private readonly List<SequenceSnapshot> _snapshot = [];

    /// <summary>The worker.</summary>
    public string WorkerId => workerId;

    /// <summary>Of the worker.</summary>
    public long Epoch => epoch;

    /// <summary>Whether no request is here.</summary>
    public bool IsIdle => _live.Count == 0;

    /// <summary>Whether requests that come are passed on to other workers.</summary>
    public bool PassesOn { get; private set; }

    /// <summary>Number of the latest cache event.</summary>
    public long LastEvent => cache.LastEvent;

    /// <summary>Whether events were lost and a dump must take their place.</summary>
    public bool DumpNeeded => cache.DumpNeeded;

    /// <summary>Whether what it computes on is gone for good: what is here must go on elsewhere.</summary>
    public bool IsLost => scheduler.IsLost;

    /// <summary>What happened in the latest step that failed, or null.</summary>
    public Exception? StepFailure { get; private set; }

    /// <summary>Makes a request ready to be submitted. Any thread.</summary>
    public LiveRequest Prepare(GenerateRequest request) => new(workerId, request, cache.PageTokens, samplers.Create(request));

    /// <summary>Queues the sequences of a request; one that cannot be accepted ends it.</summary>
    public void Submit(LiveRequest live, TimeSpan now)
    {
        GenerateRequest request = live.Request;
        if (live.HasEnded)
        {
            // Its reader went away between two steps, before it came this far.
            return;
        }

        if (PassesOn)
        {
            PassOn(live);
            return;
        }

        if (_live.TryGetValue(live.Id, out LiveRequest? earlier))
        {
            if (earlier.Request.Attempt >= request.Attempt)
            {
                live.Fail(Outcome.DuplicateRequest, $"Request id '{live.Id}' is running already.");
                return;
            }

            // It has left this worker since, which did not hear of that, and now comes back.
            Cancel(earlier, now);
        }

        _live.Add(live.Id, live);

        for (int choice = 0; choice < request.Choices && !live.HasEnded; choice++)
        {
            if (live.Samplers[choice] is not { } sampler)
            {
                continue;
            }

            Settle(live, choice, Submit(live, choice, sampler, now), now);
        }

        if (live.HasEnded)
        {
            _live.Remove(live.Id);
        }
    }

    /// <summary>Drops a request that nobody reads any more; its pages are free or cached when the call returns.</summary>
    public void Cancel(LiveRequest live, TimeSpan now)
    {
        bool running = _live.TryGetValue(live.Id, out LiveRequest? known) && ReferenceEquals(known, live);
        if (running)
        {
            scheduler.Cancel(live.Id, now);
            _live.Remove(live.Id);
        }

        live.End();
    }

    /// <summary>Runs one step and writes what it produced.</summary>
    /// <returns>Whether there was anything to do.</returns>
    public bool Step(TimeSpan now)
    {
        StepFailure = null;
        long begun = clock.GetTimestamp();
        try
        {
            scheduler.Step(now);
            _meter.Add(scheduler.LastStep, begun);
        }
        catch (Exception exception) when (scheduler.LastStep.Outputs.Any(output => ReferenceEquals(output.Error, exception)))
        {
            // The forward pass failed; the scheduler has ended its batch and stands consistent.
            StepFailure = exception;
        }

        Publish(scheduler.LastStep, now);
        return StepFailure is not null || !scheduler.LastStep.Idle;
    }

    /// <summary>Ends every request.</summary>
    public void FailAll(Outcome outcome, string message)
    {
        foreach (LiveRequest live in _live.Values)
        {
            live.Fail(outcome, message);
        }

        _live.Clear();
    }

    /// <summary>Ends the requests that are not begun, and those that come from now on, so that other workers take them; or takes those that come again.</summary>
    public void PassOn(bool passesOn, TimeSpan now)
    {
        PassesOn = passesOn;
        foreach (LiveRequest live in _live.Values.Where(live => passesOn && !live.HasBegun).ToArray())
        {
            scheduler.Cancel(live.Id, now);
            _live.Remove(live.Id);
            PassOn(live);
        }
    }

    /// <summary>The prefixes that were used most of late, the hottest first: so many at most, of so many tokens together.</summary>
    public HotPrefix[] Hottest(int prefixesMax, int tokensMax) => [.. cache.Hottest(prefixesMax, tokensMax).Select(Wire.Hot)];

    /// <summary>Everything that the cache holds.</summary>
    public CacheDump Dump()
    {
        Core.Caching.CacheDump dump = cache.Dump();
        return Wire.Dump(workerId, epoch, dump);
    }

    /// <summary>Appends the cache events since the last call.</summary>
    public void DrainEvents(List<CacheEvent> events) => cache.Drain(events);

    /// <summary>The load of this moment, with what the steps since the report before took.</summary>
    /// <param name="sequence">Number of the report.</param>
    /// <param name="unread">The report before, if this one takes its place and nobody has read it: its steps are told with this one.</param>
    public WorkerReport Report(long sequence, WorkerReport? unread)
    {
        scheduler.Snapshot(_snapshot);
        WorkerReport report = Wire.Report(workerId, epoch, sequence, _snapshot, scheduler.Counts);
        return _meter.Take(report, unread);
    }

    private void PassOn(LiveRequest live) => live.Fail(Outcome.WorkerDraining, $"Worker '{workerId}' is leaving.");

    private SubmitOutcome? Submit(LiveRequest live, int choice, ITokenSampler sampler, TimeSpan now)
    {
        try
        {
            return scheduler.Submit(live.Sequence(choice, sampler), now);
        }
        catch (ArgumentException exception)
        {
            // What no gateway sends; it must not end the worker.
            live.Fail(Outcome.WorkerFailed, $"Worker '{workerId}' cannot run the request: {exception.Message}");
            return null;
        }
    }

    private void Settle(LiveRequest live, int choice, SubmitOutcome? outcome, TimeSpan now)
    {
        switch (outcome)
        {
            case SubmitOutcome.Accepted:
                return;
            case SubmitOutcome.NothingToGenerate:
                live.EndAtLimit(choice);
                return;
            case SubmitOutcome.QueueFull:
                live.Fail(Outcome.QueueFull, $"The queue of worker '{workerId}' is full.");
                break;
            case SubmitOutcome.PromptTooLong:
                string message = $"The prompt has {live.Prompt.Length} tokens; worker '{workerId}' holds {scheduler.SequenceTokensMax} for a prompt and its completion.";
                live.Fail(Outcome.PromptTooLong, message);
                break;
            case null:
                break;
            default:
                live.Fail(Outcome.WorkerFailed, $"Worker '{workerId}' did not accept the request: {outcome}.");
                break;
        }

        scheduler.Cancel(live.Id, now);
    }

    private void Publish(StepResult result, TimeSpan now)
    {
        foreach (SequenceStart start in result.Started)
        {
            if (!start.Resumed && _live.TryGetValue(start.Request.Id, out LiveRequest? live))
            {
                live.Begin(start.Request.Choice, start.CachedTokens);
            }
        }

        foreach (StepOutput output in result.Outputs)
        {
            if (!_live.TryGetValue(output.Request.Id, out LiveRequest? live))
            {
                continue;
            }

            if (output.Error is { } error)
            {
                live.Fail(IsLost ? Outcome.WorkerLost : Outcome.WorkerFailed, $"Worker '{workerId}' failed in its computation: {error.Message}");
                scheduler.Cancel(live.Id, now);
            }
            else
            {
                live.Write(output.Request.Choice, output.Token, output.Finish);
            }

            if (live.HasEnded)
            {
                _live.Remove(live.Id);
            }
        }
    }
}
