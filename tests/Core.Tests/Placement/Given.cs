using Preble.Core.Placement;

namespace Preble.Core.Tests.Placement;

/// <summary>Builders for the tests of the scheduler and its policies.</summary>
internal static class Given
{
    /// <summary>The rates of an A100 with Llama-3 8B.</summary>
    public static readonly WorkerRates Fast = new(66.7e-6, 1.92e-9, 0.010, 30e-6, 6.5e-8);

    public static readonly GlobalSchedulerOptions SmallOptions = new() { WorkersMax = 64, DecisionsMax = 256, CostRowsMax = 1024 };

    public static WorkerRates Times(this WorkerRates rates, double factor) =>
        new(rates.Alpha * factor, rates.Beta * factor, rates.T0 * factor, rates.Gamma * factor, rates.Delta * factor);

    public static WorkerProfile Profile(
        string id, WorkerRates? rates = null, int kvTokens = 400_000, long epoch = 1, int waitingMax = 256, double roundTrip = 0, int groups = 10) => new()
        {
            Id = new WorkerId(id),
            Kind = "simulated",
            Rates = rates ?? Fast,
            ChunkTokens = 2048,
            KvTokens = kvTokens,
            RunningMax = 256,
            WaitingMax = waitingMax,
            PriorityGroups = groups,
            Epoch = epoch,
            RoundTripSeconds = roundTrip,
        };

    public static GlobalScheduler Scheduler(string policy, params WorkerProfile[] profiles) =>
        Scheduler(PlacementPolicies.Create(policy, new PolicyOptions()), profiles);

    public static GlobalScheduler Scheduler(IPlacementPolicy policy, params WorkerProfile[] profiles)
    {
        var scheduler = new GlobalScheduler(SmallOptions, policy);
        foreach (WorkerProfile profile in profiles)
        {
            scheduler.AddWorker(profile, TimeSpan.Zero).Should().Be(AddWorkerOutcome.Added);
        }

        return scheduler;
    }

    public static PrefixMatch Match(int promptPages, params (string Worker, int Pages)[] found)
    {
        var match = new PrefixMatch();
        match.Reset(promptPages);
        foreach ((string worker, int pages) in found)
        {
            match.Add(new WorkerMatch(new WorkerId(worker), pages, pages, default));
        }

        return match;
    }

    public static PlacementQuery Query(string id, int promptTokens, int maxNewTokens = 100, int choices = 1, params string[] excluded) =>
        new(new RequestId(id), promptTokens, maxNewTokens, choices, excluded.Select(worker => new WorkerId(worker)).ToArray());

    public static ReportedSequence Waiting(string request, int left, int cached = 0, int choice = 0) =>
        new(new RequestId(request), choice, ReportedPhase.Waiting, cached, left, left + cached, 0);

    public static ReportedSequence Prefilling(string request, int left, int done, int choice = 0) =>
        new(new RequestId(request), choice, ReportedPhase.Prefill, 0, left, left + done, 0);

    public static ReportedSequence Decoding(string request, int context, int generated = 1, int choice = 0) =>
        new(new RequestId(request), choice, ReportedPhase.Decode, 0, 0, context, generated);

    public static WorkerReport Report(string worker, long sequence, params ReportedSequence[] sequences) =>
        new(new WorkerId(worker), 1, sequence, sequences, new ReportedPages(0, 0, sequences.Sum(one => one.ContextTokens) / 16, 25_000));

    public static WorkerRates RandomRates(Random random) => Fast.Times(0.2 + (random.NextDouble() * 4));

    public static List<ReportedSequence> RandomSequences(Random random, string prefix) =>
    [
        .. Enumerable.Range(0, random.Next(15)).Select(i => random.Next(3) switch
        {
            0 => Waiting(prefix + i, random.Next(1, 5000), random.Next(500)),
            1 => Prefilling(prefix + i, random.Next(1, 5000), random.Next(500)),
            _ => Decoding(prefix + i, random.Next(1, 5000)),
        }),
    ];

    public static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
