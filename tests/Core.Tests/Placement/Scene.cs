using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

/// <summary>A generated decision: candidates with any load, rates and matches, and a prompt with or without keys.</summary>
internal sealed class Scene
{
    private readonly PageKey[] keys;

    public Scene(Random random, int? workers = null)
    {
        int count = workers ?? random.Next(1, 9);
        PromptTokens = random.Next(1, random.Next(2) == 0 ? 100 : 20_000);
        Choices = random.Next(1, 4);
        Decision = random.Next(1000);
        WorkerProfile[] profiles = [.. Enumerable.Range(0, count).Select(i => Profile("w" + i, Fast.Times(0.2 + random.NextDouble()), waitingMax: 4096))];
        GlobalScheduler scheduler = Scheduler("round-robin", profiles);
        bool loaded = random.Next(4) > 0;
        for (int i = 0; loaded && i < count; i++)
        {
            int load = random.Next(3) == 0 ? random.Next(200) : random.Next(10);
            scheduler.Report(Report("w" + i, 1, [.. Enumerable.Range(0, load).Select(k => Sequence(random, $"{i}.{k}"))]), default)
                .Should().Be(ReportOutcome.Applied);
        }

        int pages = PromptTokens / 16;
        PrefixMatch match = Match(pages, [.. Enumerable.Range(0, count).Select(i => ("w" + i, random.Next(2) * random.Next(pages + 1)))]);
        scheduler.Place(new PlacementQuery(new RequestId("new"), PromptTokens, 100, Choices), match, default).Outcome.Should().Be(PlacementOutcome.Placed);
        Candidates = scheduler.LastCandidates.ToArray();

        // The match need not be of these keys: no policy may rely on that.
        int common = random.Next(pages + 1);
        keys = random.Next(4) == 0 ? [] : ToyCluster.Prompt(common, pages - common, unique: random.Next(1000));
    }

    public int PromptTokens { get; }

    public int Choices { get; }

    public long Decision { get; }

    public Candidate[] Candidates { get; set; }

    public PlacementInput Input => new()
    {
        Request = new RequestId("new"),
        PromptTokens = PromptTokens,
        Keys = keys,
        PathEnds = [],
        PageTokens = 16,
        EvictionRegret = 0,
        SharedTokens = 0,
        Choices = Choices,
        OutputTokens = 100,
        UnderWayTokens = 120,
        Candidates = Candidates,
        Decision = Decision,
        Now = TimeSpan.Zero,
    };

    /// <summary>Has a policy choose with whatever stands in the table.</summary>
    public int Choose(IPlacementPolicy policy, out CandidateCost[] costs)
    {
        costs = new CandidateCost[Candidates.Length];
        foreach (ref CandidateCost cost in costs.AsSpan())
        {
            cost.Eligible = true;
            cost.Total = -1e9;
            for (int term = 0; term < CostTerms.Count; term++)
            {
                cost.Terms[term] = double.NaN;
            }
        }

        return policy.Choose(Input, costs);
    }

    private static ReportedSequence Sequence(Random random, string id) => random.Next(3) switch
    {
        0 => Waiting(id, random.Next(1, 5000), random.Next(500)),
        1 => Prefilling(id, random.Next(1, 5000), random.Next(500)),
        _ => Decoding(id, random.Next(1, 5000)),
    };
}
