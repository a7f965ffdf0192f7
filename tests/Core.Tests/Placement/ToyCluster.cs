using Preble.Core.Caching;
using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

/// <summary>
/// A cluster in virtual time, just true enough to close the loop: each worker computes prompts one after another, keeps what it computed, and decodes
/// beside that at the rate of what decodes. Before each placement every worker reports, and each prompt's pages are stored when its prefill ends.
/// </summary>
internal sealed class ToyCluster
{
    private readonly GlobalScheduler scheduler;
    private readonly PrefixTree tree = new(new PrefixTreeOptions());
    private readonly Dictionary<string, Server> servers = [];
    private readonly PrefixMatch match = new();
    private int requests;
    private long reports;

    public ToyCluster(string policy, params WorkerProfile[] profiles)
        : this(PlacementPolicies.Create(policy, new PolicyOptions()), profiles)
    {
    }

    public ToyCluster(IPlacementPolicy policy, params WorkerProfile[] profiles)
    {
        scheduler = Scheduler(policy, profiles);
        foreach (WorkerProfile profile in profiles)
        {
            tree.AddWorker(profile.Id, profile.KvTokens / 16);
            servers.Add(profile.Id.Value, new Server(profile));
        }
    }

    public Dictionary<string, int> SentTo { get; } = [];

    public PrefixTree Tree => tree;

    public static PageKey[] Prompt(int common, int own, int unique) =>
    [
        .. Enumerable.Range(0, common).Select(i => new PageKey((ulong)i + 1)),
        .. Enumerable.Range(0, own).Select(i => new PageKey(((ulong)unique << 32) + (ulong)i + 1_000_000)),
    ];

    /// <summary>Seconds of prefill still to be done on each worker.</summary>
    public double[] Backlogs() => [.. servers.Values.Select(server => server.BacklogSeconds)];

    public string Send(double at, PageKey[] prompt, int outputTokens)
    {
        TimeSpan now = Seconds(at);
        foreach ((string name, Server server) in servers)
        {
            server.RunUntil(at, stored: job => tree.Apply(new WorkerId(name), new CacheEvent(1, CacheEventKind.Stored, job.Prompt, 0)), ended: job =>
            {
                scheduler.Complete(job.Id, new CompletionFacts(CompletionOutcome.Completed, 0, job.OutputTokens, null, 1), now);
                tree.Settle(job.Id);
            });
            scheduler.Report(new WorkerReport(new WorkerId(name), 1, ++reports, server.Report(), default), now).Should().Be(ReportOutcome.Applied);
        }

        var id = new RequestId("r" + requests++);
        tree.Match(prompt, match, now, scheduler.Policy.WantsEvictions);
        PlacementResult placed = scheduler.Place(new PlacementQuery(id, (prompt.Length * 16) + 8, 4 * outputTokens) { Keys = prompt }, match, now);
        placed.Outcome.Should().Be(PlacementOutcome.Placed);
        tree.Promise(placed.Worker, prompt, id, now);
        servers[placed.Worker.Value].Jobs.Add(new Job(id, prompt, outputTokens, placed.CachedTokens));
        SentTo[placed.Worker.Value] = SentTo.GetValueOrDefault(placed.Worker.Value) + 1;
        scheduler.CheckIntegrity();
        return placed.Worker.Value;
    }

    private sealed class Job(RequestId id, PageKey[] prompt, int outputTokens, int cachedTokens)
    {
        public RequestId Id { get; } = id;

        public PageKey[] Prompt { get; } = prompt;

        public int OutputTokens { get; } = outputTokens;

        public int CachedTokens { get; } = cachedTokens;

        public double Left { get; set; } = (prompt.Length * 16) + 8 - cachedTokens;

        public double Generated { get; set; }

        public int Context => (Prompt.Length * 16) + 8 + (int)Generated;
    }

    private sealed class Server(WorkerProfile profile)
    {
        private double clock;

        public List<Job> Jobs { get; } = [];

        public double BacklogSeconds => Jobs.Where(job => job.Left > 0).Sum(job => job.Left * SecondsPerToken(job));

        public double SecondsPerToken(Job job) => profile.Rates.Alpha + (profile.Rates.Beta * (job.Context - (job.Left / 2)));

        public ReadOnlyMemory<ReportedSequence> Report() => Jobs.Select(job => new ReportedSequence(
            job.Id,
            Choice: 0,
            job.Left > 0 ? ReportedPhase.Prefill : ReportedPhase.Decode,
            job.CachedTokens,
            (int)Math.Ceiling(job.Left),
            job.Context,
            (int)job.Generated)).ToArray();

        public void RunUntil(double at, Action<Job> stored, Action<Job> ended)
        {
            // One step decodes a token of everything that decodes and computes a chunk of the first prompt.
            while (clock < at && Jobs.Count > 0)
            {
                Job? first = Jobs.Find(job => job.Left > 0);
                List<Job> decoding = Jobs.FindAll(job => job.Left <= 0);
                double chunk = Math.Min(first?.Left ?? 0, profile.ChunkTokens);
                clock += profile.Rates.DecodeStepSeconds(decoding.Count, decoding.Sum(job => job.Context));
                clock += first is null ? 0 : chunk * SecondsPerToken(first);
                if (first is not null && (first.Left -= chunk) <= 0)
                {
                    stored(first);
                }

                foreach (Job job in decoding)
                {
                    if (++job.Generated >= job.OutputTokens)
                    {
                        Jobs.Remove(job);
                        ended(job);
                    }
                }
            }

            clock = Math.Max(clock, at);
        }
    }
}
