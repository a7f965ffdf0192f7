using System.Runtime.InteropServices;
using Preble.Core.Caching;
using Preble.Core.Placement;
using Preble.Core.Serving;

namespace Preble.Core.Simulation;

/// <summary>A worker: the real local scheduler and cache over a forward pass that only takes time.</summary>
internal sealed class SimulatedWorker
{
    /// <summary>Tokens of a step when whole prompts are computed: SGLang's limit of prefill tokens.</summary>
    public const int WholePromptTokens = 16_384;

    private readonly SimulatedForwardPass _forward;
    private readonly PrefixCache _cache;
    private readonly List<SequenceSnapshot> _snapshot = [];
    private StepSums _sums;
    private TimeSpan _reported = TimeSpan.MinValue;
    private long _reports;

    public SimulatedWorker(int index, Hardware hardware, SimulationOptions options)
    {
        Hardware = hardware;
        Index = index;
        Id = new WorkerId("worker-" + index);
        int pages = hardware.KvTokens / options.PageTokens;
        if (pages < 1)
        {
            throw new ArgumentException($"Hardware '{hardware.Name}' has {hardware.KvTokens} KV tokens; at least a page of {options.PageTokens} is wanted.");
        }

        var pool = new PagePool(pages);
        _cache = new PrefixCache(pool, options.PageTokens);
        _forward = new SimulatedForwardPass(hardware.Timing, options.PageTokens, pages);
        Local = new LocalSchedulerOptions
        {
            Order = options.QueueOrder,
            WholePrompts = options.ChunkTokens == 0,
            PrefillsAlone = options.Loop.PrefillsAlone,
            StepTokensMax = options.ChunkTokens == 0 ? WholePromptTokens : options.ChunkTokens,
            RunningSequencesMax = options.RunningMax,
            WaitingSequencesMax = options.WaitingMax,
        };
        Loop = new LoopState(options.Loop);
        Scheduler = new LocalScheduler(Local, _cache, pool, _forward);
    }

    public int Index { get; }

    public WorkerId Id { get; }

    public Hardware Hardware { get; }

    public LocalSchedulerOptions Local { get; }

    public LocalScheduler Scheduler { get; }

    public LoopState Loop { get; }

    /// <summary>Whether it has joined and was not lost.</summary>
    public bool IsUp { get; set; }

    /// <summary>Whether a step is under way.</summary>
    public bool IsBusy { get; private set; }

    public int Requests { get; set; }

    public double BusySeconds { get; private set; }

    public long PrefillTokens { get; private set; }

    public long CachedTokens { get; set; }

    public long OutputTokens { get; private set; }

    public int Preemptions { get; private set; }

    /// <summary>What it says of itself when it joins.</summary>
    public WorkerProfile Profile(WorkerRates told, double roundTripSeconds) => new()
    {
        Id = Id,
        Kind = "simulated",
        Rates = told,
        ChunkTokens = Local.StepTokensMax,
        KvTokens = Hardware.KvTokens,
        RunningMax = Local.RunningSequencesMax,
        WaitingMax = Local.WaitingSequencesMax,
        PriorityGroups = Local.GroupsInOrder,
        Epoch = 1,
        RoundTripSeconds = roundTripSeconds,
    };

    /// <summary>Begins a step if there is anything to do.</summary>
    /// <returns>How long it takes, or null if the worker rests.</returns>
    public TimeSpan? Begin(TimeSpan now)
    {
        StepResult step = Scheduler.Step(now);
        IsBusy = !step.Idle;
        if (step.Idle)
        {
            return null;
        }

        _sums = new StepSums(
            _sums.Steps + 1,
            _sums.Seconds + _forward.Seconds,
            _sums.PrefillTokens + step.PrefillTokens,
            _sums.PrefillSquares + step.PrefillSquares,
            _sums.DecodeSequences + step.DecodeTokens,
            _sums.DecodeContextTokens + step.DecodeContextTokens);
        BusySeconds += _forward.Seconds;
        PrefillTokens += step.PrefillTokens;
        OutputTokens += step.Outputs.Count;
        Preemptions += step.Preempted.Count;
        return TimeSpan.FromTicks(Math.Max(1, TimeSpan.FromSeconds(_forward.Seconds).Ticks));
    }

    /// <summary>What it tells at the end of a step; its load only if some time has passed since it last did, or it comes to rest.</summary>
    public void Tell(Feedback feedback, TimeSpan now, double reportSeconds)
    {
        _cache.Drain(feedback.Events);
        if (_cache.DumpNeeded)
        {
            feedback.Events.Clear();
            feedback.Dump = _cache.Dump();
        }

        SchedulerCounts counts = Scheduler.Counts;
        bool rests = counts.Running + counts.Waiting == 0;
        if (rests || _reports == 0 || (now - _reported).TotalSeconds >= reportSeconds)
        {
            _reported = now;
            feedback.Report = Report(counts);
        }
    }

    private Placement.WorkerReport Report(SchedulerCounts counts)
    {
        Scheduler.Snapshot(_snapshot);
        var sequences = new ReportedSequence[_snapshot.Count];
        int at = 0;
        foreach (ref readonly SequenceSnapshot one in CollectionsMarshal.AsSpan(_snapshot))
        {
            ReportedPhase phase = one.Phase switch
            {
                SequencePhase.Waiting => ReportedPhase.Waiting,
                SequencePhase.Prefill => ReportedPhase.Prefill,
                _ => ReportedPhase.Decode,
            };
            sequences[at++] = new ReportedSequence(
                one.Id, one.Choice, phase, one.CachedTokens, one.PrefillTokensLeft, one.ContextTokens, one.GeneratedTokens)
            {
                UnheldTokens = one.UnheldTokens,
            };
        }

        var pages = new ReportedPages(counts.PagesFree, counts.PagesCached - counts.PagesPinned, counts.PagesHeld + counts.PagesPinned, counts.PagesTotal);
        var told = new Placement.WorkerReport(Id, 1, ++_reports, sequences, pages) { Steps = _sums };
        _sums = default;
        return told;
    }
}
