using System.Diagnostics;
using Preble.Core;
using Preble.Core.Placement;

namespace Preble.Benchmarks;

/// <summary>
/// How fast prompts are placed: match, choose and promise on prompts of the shape of ToolBench (about 1,835 tokens, 85 % of them shared: one system
/// prompt, instructions of one of many tools by Zipf's law, a question of its own), on a tree that is full with the pages of such prompts and forgets
/// all the time. Between two decisions an older request ends and its pages are stored; that is counted in a column of its own.
/// </summary>
internal static class PlacementBenchmark
{
    private const int PageTokens = 16;
    private const int SystemPages = 40;
    private const int LiveRequests = 256;

    /// <param name="Policy">Name of the policy.</param>
    /// <param name="Workers">Number of workers.</param>
    /// <param name="Pages">Pages in the tree.</param>
    /// <param name="DecisionsPerSecond">Match, place and promise on one core.</param>
    /// <param name="WithFeedbackPerSecond">The same with ends, stored pages and reports.</param>
    /// <param name="P50Us">Median of one decision, in microseconds.</param>
    /// <param name="P99Us">99th percentile.</param>
    /// <param name="MaxUs">The slowest one.</param>
    /// <param name="BytesPerDecision">Allocated, feedback included.</param>
    /// <param name="BytesPerPage">Memory of the tree for each of its pages, records of holders included.</param>
    /// <param name="PromptTokensMean">Mean length of the prompts.</param>
    /// <param name="HitShare">Share of their tokens expected to be cached where they went.</param>
    internal sealed record Result(
        string Policy,
        int Workers,
        int Pages,
        double DecisionsPerSecond,
        double WithFeedbackPerSecond,
        double P50Us,
        double P99Us,
        double MaxUs,
        double BytesPerDecision,
        double BytesPerPage,
        double PromptTokensMean,
        double HitShare);

    /// <summary>Runs all policies on 4 and 64 workers with a million pages and prints a table.</summary>
    public static void Run(TextWriter output) => Run(output, pages: 1_000_000, decisions: 200_000, workerCounts: [4, 64], PlacementPolicies.Names);

    /// <summary>The same with other sizes: small ones run in a test so that the benchmark cannot rot.</summary>
    public static IReadOnlyList<Result> Run(
        TextWriter output, int pages, int decisions, IReadOnlyList<int> workerCounts, IReadOnlyList<string> policies)
    {
        output.WriteLine("| policy | workers | pages | decisions/s | with feedback | p50 us | p99 us | max us | bytes/decision | bytes/page | hits |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        var results = new List<Result>();
        foreach (int workers in workerCounts)
        {
            foreach (string policy in policies)
            {
                Result it = Measure(policy, workers, pages, decisions);
                results.Add(it);
                output.WriteLine(FormattableString.Invariant(
                    $"| {it.Policy} | {it.Workers} | {it.Pages} | {it.DecisionsPerSecond:F0} | {it.WithFeedbackPerSecond:F0} | {it.P50Us:F1} ") +
                    FormattableString.Invariant(
                    $"| {it.P99Us:F1} | {it.MaxUs:F0} | {it.BytesPerDecision:F2} | {it.BytesPerPage:F1} | {it.HitShare:P1} |"));
            }
        }

        return results;
    }

    private static Result Measure(string policy, int workers, int pages, int decisions)
    {
        long memoryBefore = GC.GetTotalMemory(forceFullCollection: true);
        var scheduler = new GlobalScheduler(new GlobalSchedulerOptions(), PlacementPolicies.Create(policy, new PolicyOptions()));
        var tree = new PrefixTree(new PrefixTreeOptions { PagesMax = pages });
        long schedulerMemory = GC.GetTotalMemory(forceFullCollection: true) - memoryBefore;
        for (int i = 0; i < workers; i++)
        {
            // Together the workers hold about what the tree remembers, so that both forget all the time.
            var profile = new WorkerProfile
            {
                Id = new WorkerId("worker-" + i),
                Kind = "simulated",
                Rates = new WorkerRates(66.7e-6, 1.92e-9, 0.010, 30e-6, 6.5e-8),
                ChunkTokens = 2048,
                KvTokens = Math.Max(4096, pages / workers * PageTokens),
                RunningMax = 256,
                WaitingMax = 4096,
                Epoch = 1,
                RoundTripSeconds = 0.0005,
            };
            scheduler.AddWorker(profile, TimeSpan.Zero);
            tree.AddWorker(profile.Id, profile.KvTokens / PageTokens);
        }

        var prompts = new ToolPrompts(seed: 1);
        var requests = new Request[LiveRequests];
        for (int i = 0; i < LiveRequests; i++)
        {
            requests[i] = new Request(new RequestId("request-" + i));
        }

        var match = new PrefixMatch();
        bool wantsEvictions = scheduler.Policy.WantsEvictions;
        var ticks = new long[decisions];
        long step = 0;
        long tokens = 0;
        long cached = 0;

        // Fill the tree, and go on until what must grow has grown.
        int warmUp = (pages / 10) + 20_000;
        for (int i = 0; i < warmUp; i++)
        {
            Feedback();
            Decide();
        }

        tokens = 0;
        cached = 0;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long decisionTicks = 0;
        long begun = Stopwatch.GetTimestamp();
        long promptTicks = prompts.Ticks;
        for (int i = 0; i < decisions; i++)
        {
            Feedback();
            ticks[i] = Decide();
            decisionTicks += ticks[i];
        }

        long allTicks = Stopwatch.GetTimestamp() - begun - (prompts.Ticks - promptTicks);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        long memory = GC.GetTotalMemory(forceFullCollection: true) - memoryBefore - schedulerMemory - prompts.Bytes - (decisions * 8L);
        Array.Sort(ticks);
        double Us(double share) => ticks[(int)(share * (decisions - 1))] * 1e6 / Stopwatch.Frequency;
        var result = new Result(
            policy,
            workers,
            tree.PageCount,
            decisions * (double)Stopwatch.Frequency / decisionTicks,
            decisions * (double)Stopwatch.Frequency / allTicks,
            Us(0.5),
            Us(0.99),
            Us(1),
            allocated / (double)decisions,
            memory / (double)tree.PageCount,
            tokens / (double)decisions,
            cached / (double)tokens);
        GC.KeepAlive(scheduler);
        return result;

        // An older request ends: its worker stores its pages and the scheduler hears of it. The live requests are spread, so that this is what
        // happens in between two decisions.
        void Feedback()
        {
            Request request = requests[step % LiveRequests];
            TimeSpan now = TimeSpan.FromSeconds(step * 0.001);
            if (request.Length > 0)
            {
                tree.Store(request.Worker, request.Keys.AsSpan(0, request.Length));
                tree.Settle(request.Id);
                scheduler.Complete(request.Id, new CompletionFacts(CompletionOutcome.Completed, 0, 43, 0.1, 1), now);
            }

            request.Length = prompts.Next(request.Keys);
        }

        long Decide()
        {
            Request request = requests[step++ % LiveRequests];
            TimeSpan now = TimeSpan.FromSeconds(step * 0.001);
            ReadOnlySpan<PageKey> keys = request.Keys.AsSpan(0, request.Length);
            int length = (request.Length * PageTokens) + 7;
            long start = Stopwatch.GetTimestamp();
            tree.Match(keys, match, now, wantsEvictions);
            PlacementResult placed = scheduler.Place(new PlacementQuery(request.Id, length, 64) { Keys = keys }, match, now);
            tree.Promise(placed.Worker, keys, request.Id, now);
            long took = Stopwatch.GetTimestamp() - start;
            if (placed.Outcome != PlacementOutcome.Placed)
            {
                throw new InvalidOperationException($"The benchmark's cluster refused a prompt: {placed.Outcome}.");
            }

            request.Worker = placed.Worker;
            tokens += length;
            cached += placed.CachedTokens;
            return took;
        }
    }

    private sealed class Request(RequestId id)
    {
        public RequestId Id { get; } = id;

        public PageKey[] Keys { get; } = new PageKey[256];

        public int Length { get; set; }

        public WorkerId Worker { get; set; }
    }

    /// <summary>Keys of prompts: no tokens are made, as a chained hash of them is a number like any other.</summary>
    private sealed class ToolPrompts
    {
        private const int Tools = 2000;
        private readonly Random random;
        private readonly double[] cumulative = new double[Tools];
        private readonly int[] toolPages = new int[Tools];
        private ulong unique = 1UL << 60;

        public ToolPrompts(int seed)
        {
            random = new Random(seed);
            double sum = 0;
            for (int tool = 0; tool < Tools; tool++)
            {
                sum += Math.Pow(tool + 1, -1.1);
                cumulative[tool] = sum;
                toolPages[tool] = random.Next(20, 95);
            }
        }

        public long Ticks { get; private set; }

        public long Bytes { get; } = (Tools * 12L) + (LiveRequests * 256 * 8L);

        public int Next(PageKey[] keys)
        {
            long start = Stopwatch.GetTimestamp();
            int tool = Array.BinarySearch(cumulative, random.NextDouble() * cumulative[^1]);
            tool = tool < 0 ? ~tool : tool;
            int length = 0;
            for (int i = 0; i < SystemPages; i++)
            {
                keys[length++] = new PageKey(Mix((ulong)i + 1));
            }

            for (int i = 0; i < toolPages[tool]; i++)
            {
                keys[length++] = new PageKey(Mix(((ulong)(tool + 1) << 32) + (ulong)i));
            }

            for (int i = random.Next(8, 28); i > 0; i--)
            {
                keys[length++] = new PageKey(Mix(unique++));
            }

            Ticks += Stopwatch.GetTimestamp() - start;
            return length;
        }

        private static ulong Mix(ulong value)
        {
            value = (value ^ (value >> 31)) * 0xBF58476D1CE4E5B9;
            return value ^ (value >> 29);
        }
    }
}
