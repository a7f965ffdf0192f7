using System.Globalization;
using Preble.Cli.CommandLine;
using Preble.Core;
using Preble.Core.Placement;
using Preble.Core.Serving;
using Preble.Core.Workloads;

namespace Preble.Cli.Placing;

/// <summary>
/// How fast prompts are placed: match, choose and promise, on a tree that is full and forgets all the time. Between two decisions an older request ends and its
/// pages are stored, as on a busy cluster; that is counted apart. Keys are computed before the clock runs: the gateway does that, not the scheduler.
/// </summary>
internal sealed class SchedulerBenchmark
{
    /// <summary>Tokens in a page.</summary>
    public const int PageTokens = 16;

    /// <summary>Requests between their placement and their end.</summary>
    private const int LiveRequests = 256;

    /// <summary>Requests in a second of the scheduler's clock, so that its windows of minutes are full before the measuring begins.</summary>
    private const double RequestsPerSecond = 100;

    /// <summary>Requests of the workload that are drawn; what is needed beyond them repeats their beginnings.</summary>
    private const int RequestsDrawn = 20_000;

    /// <summary>Pages of a path that only fills the tree: about as many as a prompt adds to it.</summary>
    private const int FillerPages = 16;

    private readonly SchedulerBenchmarkOptions _options;
    private readonly TimeProvider _clock;
    private readonly GlobalScheduler _scheduler;
    private readonly PrefixTree _tree;
    private readonly PrefixMatch _match = new();
    private readonly PromptKeys _prompts;
    private readonly LiveRequest[] _requests;
    private long _step;
    private long _tokens;
    private long _cached;
    private long _allocated;

    private SchedulerBenchmark(SchedulerBenchmarkOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _scheduler = new GlobalScheduler(new GlobalSchedulerOptions(), PlacementPolicies.Create(options.Policy, new PolicyOptions()));
        _tree = new PrefixTree(new PrefixTreeOptions { PagesMax = options.Pages });
        _prompts = new PromptKeys(WorkloadCatalog.Create(
            options.Workload, new WorkloadOptions { Rate = 1000, Requests = RequestsDrawn, Seed = options.Seed, Workers = options.Workers }));
        if (options.Pages < _prompts.PagesMax)
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture, $"--pages {options.Pages} is less than the longest prompt of {options.Workload} has; allowed: {_prompts.PagesMax:N0} or more."));
        }

        _requests = [.. Enumerable.Range(0, LiveRequests).Select(i => new LiveRequest(new RequestId("request-" + i), _prompts.PagesMax))];
        for (int i = 0; i < options.Workers; i++)
        {
            // Together the workers hold about what the tree remembers, so that both forget all the time.
            var profile = new WorkerProfile
            {
                Id = new WorkerId("worker-" + i),
                Kind = "simulated",
                Rates = new WorkerRates(66.7e-6, 1.92e-9, 0.010, 30e-6, 6.5e-8),
                ChunkTokens = 2048,
                KvTokens = Math.Max(_prompts.TokensMax * 2, options.Pages / options.Workers * PageTokens),
                RunningMax = 256,
                WaitingMax = 4096,
                PriorityGroups = new LocalSchedulerOptions().GroupsInOrder,
                Epoch = 1,
                RoundTripSeconds = 0.0005,
            };
            _scheduler.AddWorker(profile, TimeSpan.Zero);
            _tree.AddWorker(profile.Id, profile.KvTokens / PageTokens);
        }
    }

    /// <summary>What the clocks of scheduler and tree show.</summary>
    private TimeSpan Now => TimeSpan.FromSeconds(_step / RequestsPerSecond);

    /// <summary>Fills the tree and measures.</summary>
    /// <param name="options">What with.</param>
    /// <param name="clock">Time.</param>
    /// <param name="progress">Told how many decisions of how many are behind it.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="ArgumentException">An option is out of range or names nothing.</exception>
    /// <exception cref="UsageException">The tree could not hold the longest of the prompts.</exception>
    public static SchedulerBenchmarkResult Run(SchedulerBenchmarkOptions options, TimeProvider clock, Action<int, int> progress, CancellationToken cancel) =>
        new SchedulerBenchmark(options, clock).Run(progress, cancel);

    private SchedulerBenchmarkResult Run(Action<int, int> progress, CancellationToken cancel)
    {
        // 1. A full tree: paths that nobody asks for, then prompts until what must grow has grown.
        Fill();
        int warmUp = (_options.Pages / 10) + 30_000;
        int all = warmUp + _options.Decisions;
        for (int i = 0; i < warmUp; i++)
        {
            Look(i);
            Feedback();
            Decide();
        }

        // 2. The decisions that count.
        var ticks = new long[_options.Decisions];
        _tokens = _cached = _allocated = 0;
        long decisionTicks = 0;
        long feedbackTicks = 0;
        for (int i = 0; i < ticks.Length; i++)
        {
            Look(warmUp + i);
            feedbackTicks += Feedback();
            ticks[i] = Decide();
            decisionTicks += ticks[i];
        }

        // 3. Percentiles.
        Array.Sort(ticks);
        return new SchedulerBenchmarkResult
        {
            Options = _options,
            DecisionsPerSecond = ticks.Length / Seconds(decisionTicks),
            WithFeedbackPerSecond = ticks.Length / Seconds(decisionTicks + feedbackTicks),
            P50Us = Us(0.5),
            P99Us = Us(0.99),
            MaxUs = Us(1),
            Pages = _tree.PageCount,
            PromptTokensMean = _tokens / (double)ticks.Length,
            AllocatedBytesPerDecision = _allocated / (double)ticks.Length,
            HitRatio = _cached / (double)_tokens,
        };

        double Seconds(long of) => of / (double)_clock.TimestampFrequency;

        double Us(double share) => Seconds(ticks[(int)(share * (ticks.Length - 1))]) * 1e6;

        void Look(int done)
        {
            if (done % 4096 == 0)
            {
                cancel.ThrowIfCancellationRequested();
                progress(done, all);
            }
        }
    }

    private void Fill()
    {
        var random = new Random(_options.Seed);
        var path = new PageKey[FillerPages];
        for (int worker = 0; _tree.PageCount + FillerPages <= _options.Pages; worker++)
        {
            for (int page = 0; page < path.Length; page++)
            {
                path[page] = new PageKey((ulong)random.NextInt64(long.MinValue, long.MaxValue));
            }

            _tree.Store(_scheduler.Workers[worker % _options.Workers].Profile.Id, path);
        }
    }

    /// <summary>An older request ends: its worker stores its pages and the scheduler hears of it. Another prompt takes its place.</summary>
    /// <returns>Ticks that it took, but for the keys of the prompt.</returns>
    private long Feedback()
    {
        LiveRequest request = _requests[_step % LiveRequests];
        long start = _clock.GetTimestamp();
        if (request.PromptTokens > 0)
        {
            _tree.Store(request.Worker, request.Path);
            _tree.Settle(request.Id);
            _scheduler.Complete(request.Id, new CompletionFacts(CompletionOutcome.Completed, 0, request.OutputTokens, 0.1, 1), Now);
        }

        long took = _clock.GetTimestamp() - start;
        request.PromptTokens = _prompts.Next(request.Keys, out int outputTokens);
        request.OutputTokens = outputTokens;
        return took;
    }

    private long Decide()
    {
        LiveRequest request = _requests[_step++ % LiveRequests];
        TimeSpan now = Now;
        ReadOnlySpan<PageKey> path = request.Path;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long start = _clock.GetTimestamp();
        _tree.Match(path, _match, now, _scheduler.Policy.WantsEvictions);
        PlacementResult placed = _scheduler.Place(new PlacementQuery(request.Id, request.PromptTokens, 64) { Keys = path }, _match, now);
        _tree.Promise(placed.Worker, path, request.Id, now);
        long took = _clock.GetTimestamp() - start;
        _allocated += GC.GetAllocatedBytesForCurrentThread() - allocated;
        if (placed.Outcome != PlacementOutcome.Placed)
        {
            throw new InvalidOperationException($"The benchmark's cluster refused a prompt: {placed.Outcome}.");
        }

        request.Worker = placed.Worker;
        _tokens += request.PromptTokens;
        _cached += placed.CachedTokens;
        return took;
    }

    private sealed class LiveRequest(RequestId id, int pagesMax)
    {
        public RequestId Id { get; } = id;

        public PageKey[] Keys { get; } = new PageKey[pagesMax];

        public int PromptTokens { get; set; }

        public int OutputTokens { get; set; }

        public WorkerId Worker { get; set; }

        public ReadOnlySpan<PageKey> Path => Keys.AsSpan(0, PromptTokens / PageTokens);
    }
}
