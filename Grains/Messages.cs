using System.Globalization;
using System.Runtime.InteropServices;
using Preble.Core;
using Preble.Core.Caching;
using Preble.Core.Placement;
using Preble.Grains.Interfaces;

namespace Preble.Grains;

/// <summary>Between messages and Core's types.</summary>
internal static class Messages
{
    public static ReadOnlyMemory<PageKey> Path(ulong[] keys) => MemoryMarshal.Cast<ulong, PageKey>(keys).ToArray();

    public static Core.Caching.CacheDump Dump(Interfaces.CacheDump dump) =>
        new(dump.Sequence, Array.ConvertAll(dump.Paths, path => new Core.Caching.CachePath(path.Base, path.Shared, Path(path.Keys))));

    public static CacheEvent Event(CacheEventMessage item) =>
        new(item.Sequence, item.Stored ? CacheEventKind.Stored : CacheEventKind.Evicted, Path(item.Path), item.From);

    public static Interfaces.WorkerMatch Match(Core.Placement.WorkerMatch worker) => new()
    {
        WorkerId = worker.Worker.Value,
        ResidentPages = worker.ResidentPages,
        ExpectedPages = worker.ExpectedPages,
        EvictedUse = worker.Eviction.Tokens,
        EvictedUseSquare = worker.Eviction.HalfSquares,
    };

    public static void Fill(PrefixMatch match, int promptPages, MatchReply reply)
    {
        match.Reset(promptPages);
        match.EvictionRegret = reply.EvictionRegret;
        match.SharedPages = reply.SharedPages;
        foreach (Interfaces.WorkerMatch worker in reply.Workers)
        {
            var eviction = new Eviction(worker.EvictedUse, worker.EvictedUseSquare);
            match.Add(new Core.Placement.WorkerMatch(new WorkerId(worker.WorkerId), worker.ResidentPages, worker.ExpectedPages, eviction));
        }

        foreach (int pages in reply.PathEnds)
        {
            match.AddPathEnd(pages);
        }
    }

    public static PlacementQuery Query(PlacementRequest request) => new(
        new RequestId(request.RequestId),
        request.PromptTokens,
        request.MaxNewTokens,
        request.Choices,
        Array.ConvertAll(request.ExcludedWorkers, id => new WorkerId(id)))
    {
        Keys = MemoryMarshal.Cast<ulong, PageKey>(request.PageKeys),
    };

    public static PlacementReply Reply(PlacementResult result, PlacementRequest request, IReadOnlyList<WorkerView> workers) => new()
    {
        Refusal = result.Outcome switch
        {
            PlacementOutcome.Placed => null,
            PlacementOutcome.NoWorker => Outcome.NoWorker,
            PlacementOutcome.QueueFull => Outcome.QueueFull,
            PlacementOutcome.PromptTooLong => Outcome.PromptTooLong,
            _ => throw new InvalidOperationException($"Placement outcome {result.Outcome} is not known."),
        },
        WorkerId = result.Outcome == PlacementOutcome.Placed ? result.Worker.Value : null,
        WorkerEpoch = result.Outcome == PlacementOutcome.Placed ? workers.First(worker => worker.Id == result.Worker).Profile.Epoch : 0,
        ExpectedCachedTokens = result.CachedTokens,
        RetryAfterSeconds = result.Outcome == PlacementOutcome.QueueFull ? result.RetryAfterSeconds : null,
        Message = result.Outcome switch
        {
            PlacementOutcome.NoWorker => "No worker serves the model now.",
            PlacementOutcome.QueueFull => "The queues of all workers are full; try again later.",
            PlacementOutcome.PromptTooLong => TooLong(request, workers),
            _ => null,
        },
    };

    public static CompletionFacts Facts(CompletionReport report) => new(
        report.Outcome switch
        {
            Outcome.Completed => CompletionOutcome.Completed,
            Outcome.Cancelled => CompletionOutcome.Cancelled,
            Outcome.QueueFull or Outcome.PromptTooLong or Outcome.DuplicateRequest or Outcome.NoWorker or Outcome.WorkerDraining => CompletionOutcome.Rejected,
            Outcome.WorkerLost => CompletionOutcome.Lost,
            _ => CompletionOutcome.Failed,
        },
        report.CachedTokens,
        report.OutputTokens,
        report.TtftSeconds,
        report.TotalSeconds)
    {
        Worker = new WorkerId(report.WorkerId),
    };

    public static WorkerProfile Profile(WorkerRegistration registration) => new()
    {
        Id = new WorkerId(registration.WorkerId),
        Kind = registration.Kind,
        Rates = new WorkerRates(registration.Alpha, registration.Beta, registration.T0, registration.Gamma, registration.Delta),
        ChunkTokens = registration.StepTokensMax,
        KvTokens = registration.KvTokens,
        RunningMax = registration.RunningMax,
        WaitingMax = registration.WaitingMax,
        PriorityGroups = registration.PriorityGroups,
        Epoch = registration.Epoch,
    };

    public static Core.Placement.WorkerReport Report(Interfaces.WorkerReport report) => new(
        new WorkerId(report.WorkerId),
        report.Epoch,
        report.Sequence,
        Array.ConvertAll(report.Live, Sequence),
        new ReportedPages(report.PagesFree, report.PagesCached, report.PagesHeld, report.PagesFree + report.PagesCached + report.PagesHeld))
    {
        Steps = new StepSums(
            report.Steps, report.StepSeconds, report.PrefillTokens, report.PrefillSquares, report.DecodeSequences, report.DecodeContextTokens),
    };

    public static PlacementExplanation Explanation(DecisionRecord record) => new()
    {
        RequestId = record.Request.Value,
        Policy = record.Policy,
        WorkerId = record.Worker.Value,
        PromptTokens = record.PromptTokens,
        Table = record.Candidates.Count > 0 ? new PlacementTable { Terms = record.Terms, Candidates = [.. record.Candidates.Select(Candidate)] }.ToBytes() : [],
        PredictedTtftSeconds = record.TtftSeconds,
        PredictedPrefillSeconds = record.PrefillSeconds,
        ExpectedCachedTokens = record.CachedTokens,
        ActualTtftSeconds = record.Actual?.TtftSeconds,
        ActualCachedTokens = record.Actual?.CachedTokens,
        ActualTotalSeconds = record.Actual?.TotalSeconds,
        ActualOutputTokens = record.Actual?.OutputTokens,
        ActualState = record.Actual is { } actual ? State(actual.Outcome) : null,
    };

    public static WorkerStatus Status(WorkerView worker) => new()
    {
        WorkerId = worker.Id.Value,
        Kind = worker.Profile.Kind,
        Live = worker.Sequences,
        QueuedPrefillSeconds = worker.QueuedPrefillSeconds,
        PagesFree = worker.Pages.Free,
        PagesCached = worker.Pages.Cached,
        PagesHeld = worker.Pages.Held,
        Alpha = worker.Rates.Alpha,
        Beta = worker.Rates.Beta,
        T0 = worker.Rates.T0,
        Gamma = worker.Rates.Gamma,
        Delta = worker.Rates.Delta,
        Warmth = worker.Warmth,
        Draining = worker.IsDraining,
        Suspect = worker.IsSuspect,
    };

    public static WorkerStanding Standing(WorkerId id, IReadOnlyList<WorkerView> workers)
    {
        WorkerView? worker = workers.FirstOrDefault(one => one.Id == id);
        return new WorkerStanding
        {
            Known = worker is not null,
            Epoch = worker?.Profile.Epoch ?? 0,
            Others = workers.Count(other => other.Id != id && !other.IsDraining && !other.IsSuspect),
        };
    }

    private static RequestState State(CompletionOutcome outcome) => outcome switch
    {
        CompletionOutcome.Completed or CompletionOutcome.LengthLimit => RequestState.Completed,
        CompletionOutcome.Cancelled => RequestState.Cancelled,
        CompletionOutcome.Rejected => RequestState.Rejected,
        _ => RequestState.Failed,
    };

    private static string TooLong(PlacementRequest request, IReadOnlyList<WorkerView> workers) => string.Create(
        CultureInfo.InvariantCulture,
        $"The prompt has {request.PromptTokens} tokens, but the largest worker's memory holds {workers.Max(worker => worker.Profile.KvTokens)}, "
        + $"of which at least one must be left for the completion.");

    private static ReportedSequence Sequence(SequenceReport sequence) => new(
        new RequestId(sequence.RequestId),
        sequence.Choice,
        sequence.Phase switch
        {
            SequencePhase.Waiting => ReportedPhase.Waiting,
            SequencePhase.Prefill => ReportedPhase.Prefill,
            SequencePhase.Decode => ReportedPhase.Decode,
            _ => throw new InvalidOperationException($"Phase {sequence.Phase} is not known."),
        },
        sequence.CachedTokens,
        sequence.PrefillTokensLeft,
        sequence.ContextTokens,
        sequence.GeneratedTokens)
    {
        UnheldTokens = sequence.UnheldTokens,
    };

    private static PlacementCandidate Candidate(CandidateExplanation candidate) => new()
    {
        WorkerId = candidate.Worker.Value,
        CachedTokens = candidate.CachedTokens,
        Cost = candidate.Total,
        Eligible = candidate.Eligible,
        Terms = candidate.Terms,
    };
}
