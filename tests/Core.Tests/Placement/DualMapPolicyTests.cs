using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

public sealed class DualMapPolicyTests
{
    private readonly DualMapPolicy policy = new(new PolicyOptions());
    private readonly GlobalScheduler scheduler;
    private int requests;

    public DualMapPolicyTests()
    {
        scheduler = new GlobalScheduler(SmallOptions with { LiveRequestsMax = 10_000 }, policy);
        Add(8);
    }

    [Fact]
    public void APromptHasTwoWorkersWhateverItsTail()
    {
        for (int group = 0; group < 50; group++)
        {
            PageKey[] shared = ToyCluster.Prompt(common: 0, own: 32, unique: group);
            string[] pair = Pair(shared);
            pair.Should().HaveCount(2);
            Pair([.. shared, .. ToyCluster.Prompt(0, 100, 1000 + group)]).Should().Equal(pair);
        }
    }

    [Theory]
    [InlineData(14_783, 1600, true)] // with the 1,601 that it would miss it is at the limit
    [InlineData(14_784, 1600, false)]
    public void TheCachedOneOfThePairTakesItUntilItsFirstTokenWouldBeTooLate(int queued, int missed, bool affine)
    {
        PageKey[] prompt = ToyCluster.Prompt(common: 0, own: 200, unique: 1);
        string[] pair = Pair(prompt);
        scheduler.Report(Report(pair[1], 1, Waiting("a", queued)), default);
        scheduler.Report(Report(pair[0], 1, Waiting("b", 2000)), default);
        string chosen = Place(prompt, (pair[1], 200 - (missed / 16)));
        chosen.Should().Be(affine ? pair[1] : pair[0]);
    }

    [Fact]
    public void WhereNeitherHasMoreTheLighterTakesItAndNobodyElse()
    {
        PageKey[] prompt = ToyCluster.Prompt(common: 0, own: 200, unique: 1);
        string[] pair = Pair(prompt);
        scheduler.Report(Report(pair[0], 1, Waiting("a", 100)), default);
        scheduler.Report(Report(pair[1], 1, Waiting("b", 101)), default);
        Place(prompt).Should().Be(pair[0], "the six idle ones are not of its pair");
        Place(prompt, (pair[0], 50), (pair[1], 50)).Should().Be(pair[1], "the first one has the first prompt, too");
    }

    [Fact]
    public void ASystemPromptCommonToAllIsToldApartByWhatFollowsAndForgottenWhenItIsCold()
    {
        // Two blocks common to all, then one of their own: with eight workers a quarter of the last 200 expands a level.
        for (int i = 0; i < 50; i++)
        {
            Place(ToyCluster.Prompt(common: 64, own: 100, unique: i));
            Level(ToyCluster.Prompt(common: 64, own: 100, unique: 99)).Should().Be(1);
        }

        for (int i = 50; i < 200; i++)
        {
            Place(ToyCluster.Prompt(common: 64, own: 100, unique: i));
        }

        Level(ToyCluster.Prompt(common: 64, own: 100, unique: 7)).Should().Be(3);
        Level(ToyCluster.Prompt(common: 0, own: 100, unique: 7)).Should().Be(1, "a prompt that is rare has a short name");
        Enumerable.Range(0, 50).SelectMany(i => Pair(ToyCluster.Prompt(common: 64, own: 100, unique: i))).Distinct().Count().Should().Be(8);

        // Others come. It stays apart down to an eighth of the window and no further.
        for (int i = 0; i < 175; i++)
        {
            Place(ToyCluster.Prompt(common: 0, own: 100, unique: 1000 + i));
        }

        Level(ToyCluster.Prompt(common: 64, own: 100, unique: 7)).Should().Be(3);
        Place(ToyCluster.Prompt(common: 0, own: 100, unique: 2000));
        Level(ToyCluster.Prompt(common: 64, own: 100, unique: 7)).Should().Be(1);
    }

    [Fact]
    public void WhatIsRememberedIsBoundedAndAgreesWithARecount()
    {
        var random = new Random(1);
        int most = 0;
        for (int i = 0; i < 3000; i++)
        {
            int blocks = random.Next(100);
            Place(ToyCluster.Prompt(common: blocks * 32, own: random.Next(100), unique: random.Next(5)));
            policy.Prefixes.CheckIntegrity();
            most = Math.Max(most, policy.Prefixes.Count);
            if (random.Next(100) == 0)
            {
                string gone = "w" + random.Next(8);
                scheduler.RemoveWorker(new WorkerId(gone));
                scheduler.AddWorker(Profile(gone, kvTokens: 4_000_000, waitingMax: 9999), default).Should().Be(AddWorkerOutcome.Added);
            }
        }

        most.Should().BeGreaterThan(50).And.BeLessThanOrEqualTo(200 * HotPrefixes.LevelsMax);
        Level(ToyCluster.Prompt(common: 4000, own: 0, unique: 0)).Should().BeLessThanOrEqualTo(HotPrefixes.LevelsMax);
    }

    private void Add(int workers)
    {
        for (int i = 0; i < workers; i++)
        {
            scheduler.AddWorker(Profile("w" + i, kvTokens: 4_000_000, waitingMax: 9999), default).Should().Be(AddWorkerOutcome.Added);
        }
    }

    private string Place(PageKey[] prompt, params (string Worker, int Pages)[] found)
    {
        var id = new RequestId("r" + requests++);
        var query = new PlacementQuery(id, (prompt.Length * 16) + 1, 10) { Keys = prompt };
        return scheduler.Place(query, Match(prompt.Length, found), default).Worker.Value;
    }

    private int Level(PageKey[] prompt) => policy.Prefixes.Level(Policies.Input(prompt, prompt.Length * 16, 16));

    /// <summary>The workers that the policy would admit, asked without telling it of a placement.</summary>
    private string[] Pair(PageKey[] prompt)
    {
        Candidate[] candidates = [.. scheduler.Workers.Select(view => new Candidate(view, 0, prompt.Length * 16, default))];
        var costs = new CandidateCost[candidates.Length];
        policy.Choose(Policies.Input(prompt, prompt.Length * 16, 16, candidates), costs);
        return [.. candidates.Where((_, i) => costs[i].Eligible).Select(candidate => candidate.Worker.Id.Value)];
    }
}
