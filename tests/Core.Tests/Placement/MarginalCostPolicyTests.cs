using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

public sealed class MarginalCostPolicyTests
{
    [Fact]
    public void TheCostIsTheFormulaWrittenOutByHand()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a", kvTokens: 10_000, roundTrip: 0.002));
        scheduler.Report(Report("a", 1, Waiting("w", left: 3000), Prefilling("p", left: 1000, done: 500), Decoding("d", context: 4000)), default);
        scheduler.Place(Query("new", 2000, maxNewTokens: 50), Match(125, ("a", 100)), default);

        double m = 1600, u = 400, o = 50, n = 3, prompt = 2000, ctx = 3000 + 1500 + 4000;
        double p = Fast.PrefillSeconds(u, m);
        double d = Fast.T0 + Fast.Gamma + (Fast.Delta * 4000);
        double q = Fast.PrefillSeconds(3000, 0) + Fast.PrefillSeconds(1000, 500);
        double wait = q + (2 * d);
        double own = (3 * (0.002 + wait + p + d)) + (o * (Fast.T0 + (Fast.Gamma * (n + 1)) + (Fast.Delta * (ctx + prompt + (o / 2)))));
        double others = (p * n) + (0.5 * o * (Fast.Gamma + (Fast.Delta * (prompt + (o / 2)))) * n);
        double held = (3000 + 1500 + 4000) / 16 * 16;
        double turnover = o * (Fast.T0 + (Fast.Gamma * n) + (Fast.Delta * ctx));
        double overflow = 3 * turnover * (held + 4000 + u + o - 10_000) / 10_000;
        scheduler.LastCosts[0].Total.Should().BeApproximately(own + others + overflow, 1e-6);

        // The match says nothing of evictions; another one says that half of them are regretted, and the memory would be full.
        PrefixMatch regretted = Match(125, ("a", 100));
        regretted.EvictionRegret = 0.5;
        scheduler.Place(Query("new", 2000, maxNewTokens: 50), regretted, default);
        scheduler.LastCosts[0].Total.Should().BeApproximately(own + others + overflow + (0.5 / 0.6 * p * (3 + n)), 1e-6);
    }

    /// <summary>As Mooncake's rule, if nothing counts but the first token.</summary>
    [Fact]
    public void WithoutOutputAndOthersItIsTheLeastTimeToTheFirstToken()
    {
        var random = new Random(1);
        for (int round = 0; round < 200; round++)
        {
            WorkerProfile[] profiles = [.. Enumerable.Range(0, 6).Select(i => Profile("w" + i, Fast.Times(0.5 + random.NextDouble())))];
            GlobalScheduler scheduler = Scheduler("marginal-cost", profiles);
            PrefixMatch match = Match(500, ("w" + random.Next(6), random.Next(500)));
            PlacementResult placed = scheduler.Place(Query("new", 8000, maxNewTokens: 1), match, default);
            placed.TtftSeconds.Should().BeApproximately(
                scheduler.LastCosts.ToArray().Min(cost => (cost.Terms[0] + cost.Terms[1] + cost.Terms[2]) / 3), 1e-3);
        }
    }

    [Fact]
    public void AHotPrefixSpreadsAsSoonAsWaitingCostsMoreThanComputing()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("owner"), Profile("other"));
        int before = 0;
        while (scheduler.Place(Query("r" + before, 3200), Match(200, ("owner", 190)), default).Worker.Value == "owner")
        {
            before.Should().BeLessThan(100, "the owner must not take all");
            before++;
        }

        before.Should().BeGreaterThan(0, "an idle owner is best");
    }
}
