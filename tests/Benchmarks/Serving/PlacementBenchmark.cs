using System.Diagnostics;
using System.Runtime.InteropServices;
using Preble.Core;
using Preble.Core.Placement;
using Preble.Grains.Interfaces;

namespace Preble.Benchmarks.Serving;

/// <summary>
/// Placements through the scheduler and tree grains, of prompts as those of ToolBench on 4 workers whose caches fill the tree, beside the same placements
/// without grains. Every placed request ends before its caller places another; the end is counted as well.
/// </summary>
internal sealed class PlacementBenchmark
{
    private const int Workers = 4;
    private const int Callers = 64;
    private readonly ToolPrompts _prompts;
    private readonly ServingCluster _cluster;
    private readonly PrefixTree _tree;
    private readonly GlobalScheduler _scheduler;
    private readonly PrefixMatch _match = new();
    private int _next;

    private PlacementBenchmark(ServingCluster cluster, ToolPrompts prompts, int pages)
    {
        _cluster = cluster;
        _prompts = prompts;
        _tree = new PrefixTree(new PrefixTreeOptions { PageTokens = ServingCluster.PageTokens, PagesMax = pages });
        _scheduler = new GlobalScheduler(new GlobalSchedulerOptions(), PlacementPolicies.Create(Policy, new PolicyOptions()));
    }

    private static string Policy => "marginal-cost";

    private static TimeSpan Now => TimeProvider.System.GetElapsedTime(0);

    public static async Task RunAsync(TextWriter output, bool quick)
    {
        int pages = quick ? 2_000 : 100_000;
        var prompts = new ToolPrompts(quick ? 100 : 20_000);
        await using ServingCluster cluster = await ServingCluster.StartAsync(1, Workers, Policy, pages);
        var benchmark = new PlacementBenchmark(cluster, prompts, pages);
        await benchmark.FillAsync(pages);
        long known = (await cluster.Tree.StatusAsync()).Pages;
        await output.WriteLineAsync(FormattableString.Invariant($"placements, prompts of {prompts.MeanTokens:N0} tokens, {Workers} workers, tree of {known:N0} pages"));

        TimeSpan duration = TimeSpan.FromMilliseconds(quick ? 20 : 1000);
        string[] columns = ["{0}/s", "p50 {0} us", "p99 {0} us"];
        var rounds = new Rounds(output, quick ? 1 : 5);
        rounds.Add("without grains", columns, () => Task.FromResult(benchmark.PlaceDirectly(duration)));
        rounds.Add("one after the other", columns, () => benchmark.PlaceAsync(1, duration));
        rounds.Add($"{Callers} callers", columns, () => benchmark.PlaceAsync(Callers, duration));
        rounds.Add("only matched by the tree grain, one after the other", columns, () => benchmark.MatchAsync(duration));
        await rounds.RunAsync();
    }

    /// <summary>Fills both trees with the prompts that the measured ones follow, each on one worker.</summary>
    private async Task FillAsync(int pages)
    {
        string[] workers = [.. _cluster.Workers];
        var paths = workers.ToDictionary(worker => worker, _ => new List<ulong[]>());
        for (int index = 0; index < workers.Length; index++)
        {
            WorkerRegistration registration = ServingCluster.Registration(workers[index]);
            _scheduler.AddWorker(Profile(registration), Now);
            _tree.AddWorker(new WorkerId(workers[index]), registration.KvTokens / registration.PageTokens);
        }

        while (_tree.PageCount < pages - _prompts.Keys(_next).Length && _next < _prompts.Count)
        {
            string worker = workers[_next % workers.Length];
            paths[worker].Add(_prompts.Keys(_next));
            _tree.Store(new WorkerId(worker), Keys(_prompts.Keys(_next++)));
        }

        foreach ((string worker, List<ulong[]> held) in paths)
        {
            await _cluster.Tree.ReplaceAsync(new CacheDump { WorkerId = worker, Epoch = 1, Sequence = 1, Paths = [.. held.Select(keys => new CachePath { Base = 0, Shared = 0, Keys = keys })] });
        }
    }

    private async Task<double[]> PlaceAsync(int callers, TimeSpan duration)
    {
        ISchedulerGrain scheduler = _cluster.Scheduler;
        var samples = new List<double>[callers];
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            samples[caller] = [];
            do
            {
                int index = Interlocked.Increment(ref _next);
                PlacementRequest request = _prompts.Placement(index, $"request-{index}");
                long began = Stopwatch.GetTimestamp();
                PlacementReply reply = await scheduler.PlaceAsync(request);
                samples[caller].Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
                if (reply.Refusal is not null) throw new InvalidOperationException(reply.Message);
                await scheduler.CompleteAsync(Completion(request.RequestId, reply.WorkerId!));
            }
            while (Stopwatch.GetElapsedTime(start) < duration);
        })));
        return Numbers([.. samples.SelectMany(of => of)], Stopwatch.GetElapsedTime(start));
    }

    private async Task<double[]> MatchAsync(TimeSpan duration)
    {
        IPrefixTreeGrain tree = _cluster.Tree;
        var samples = new List<double>();
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            int index = Interlocked.Increment(ref _next);
            var request = new MatchRequest
            {
                PageKeys = _prompts.Keys(index),
                PromptTokens = 1,
                WithEvictionCost = _scheduler.Policy.WantsEvictions,
                WithPath = _scheduler.Policy.WantsPath,
            };
            long began = Stopwatch.GetTimestamp();
            await tree.MatchAsync(request);
            samples.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
        }

        return Numbers(samples, Stopwatch.GetElapsedTime(start));
    }

    private double[] PlaceDirectly(TimeSpan duration)
    {
        var samples = new List<double>();
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            int index = Interlocked.Increment(ref _next);
            PlacementRequest request = _prompts.Placement(index, $"request-{index}");
            var id = new RequestId(request.RequestId);
            ReadOnlySpan<PageKey> keys = Keys(request.PageKeys);
            long began = Stopwatch.GetTimestamp();
            _tree.Match(keys, _match, Now, _scheduler.Policy.WantsEvictions);
            PlacementResult placed = _scheduler.Place(new PlacementQuery(id, request.PromptTokens, request.MaxNewTokens) { Keys = keys }, _match, Now);
            _tree.Promise(placed.Worker, keys, id, Now);
            samples.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
            if (placed.Outcome != PlacementOutcome.Placed) throw new InvalidOperationException($"A prompt was refused: {placed.Outcome}.");
            _scheduler.Complete(id, new CompletionFacts(CompletionOutcome.Completed, 0, 64, 0.1, 1), Now);
            _tree.Conclude(id, Now);
        }

        return Numbers(samples, Stopwatch.GetElapsedTime(start));
    }

    private static double[] Numbers(List<double> samples, TimeSpan took) =>
        [samples.Count / took.TotalSeconds, Rounds.Percentile(samples, 0.5), Rounds.Percentile(samples, 0.99)];

    private static CompletionReport Completion(string request, string worker) => new()
    {
        RequestId = request,
        WorkerId = worker,
        Outcome = Outcome.Completed,
        CachedTokens = 0,
        OutputTokens = 64,
        TtftSeconds = 0.1,
        TotalSeconds = 1,
    };

    private static WorkerProfile Profile(WorkerRegistration it) => new()
    {
        Id = new WorkerId(it.WorkerId),
        Kind = it.Kind,
        Rates = new WorkerRates(it.Alpha, it.Beta, it.T0, it.Gamma, it.Delta),
        ChunkTokens = it.StepTokensMax,
        KvTokens = it.KvTokens,
        RunningMax = it.RunningMax,
        WaitingMax = it.WaitingMax,
        Epoch = it.Epoch,
    };

    private static ReadOnlySpan<PageKey> Keys(ulong[] keys) => MemoryMarshal.Cast<ulong, PageKey>(keys);
}
