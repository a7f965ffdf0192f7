using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

/// <summary>Faults that users of other routers reported: the default does not have them, and where our copy of the rule has one, it shows it.</summary>
public sealed class KnownFaultTests
{
    private const string Default = PlacementPolicies.Default;

    /// <summary>vllm-project/router #238: a gate over the whole fleet sends every prompt away from its cache when one worker is hot.</summary>
    [Theory]
    [InlineData("sglang-cache-aware", false)]
    [InlineData(Default, true)]
    public void OneHotWorkerDoesNotCostTheOthersTheirAffinity(string policy, bool keeps)
    {
        Owner(hot: 0).Should().Be("owner");
        Owner(hot: 100).Should().Be(keeps ? "owner" : "idle");

        string Owner(int hot)
        {
            GlobalScheduler scheduler = Scheduler(policy, Profile("owner"), Profile("idle"), Profile("hot"));
            scheduler.Report(Report("owner", 1, [.. Enumerable.Range(0, 4).Select(i => Decoding("o" + i, 500))]), default);
            scheduler.Report(Report("hot", 1, [.. Enumerable.Range(0, hot).Select(i => Decoding("h" + i, 500))]), default);
            return scheduler.Place(Query("new", 8000), Match(500, ("owner", 480)), default).Worker.Value;
        }
    }

    /// <summary>sglang #32983 and #15473: with fewer requests at a time than replicas, every miss went to replica 0 and the others' caches lay idle.</summary>
    [Fact]
    public void MissesOneAtATimeReachEveryWorker()
    {
        var cluster = new ToyCluster(Default, [.. Enumerable.Range(0, 8).Select(i => Profile("w" + i))]);
        for (int i = 0; i < 80; i++)
        {
            cluster.Send(i * 100, ToyCluster.Prompt(common: 0, own: 100, unique: i), outputTokens: 10);
        }

        cluster.SentTo.Values.Should().Equal(Enumerable.Repeat(10, 8));
    }

    /// <summary>
    /// sglang #27547: 32k tokens in, one out, and load that counts only when the answer begins: all prefills went to one worker. No report comes here
    /// before all are placed.
    /// </summary>
    [Theory]
    [MemberData(nameof(LoadCounting))]
    public void LoadCountsFromTheMomentOfPlacement(string policy)
    {
        GlobalScheduler scheduler = Scheduler(policy, [.. Enumerable.Range(0, 4).Select(i => Profile("w" + i))]);
        string[] chosen = [.. Enumerable.Range(0, 32).Select(i => scheduler.Place(Query("r" + i, 32_000, maxNewTokens: 1), Match(2000), default).Worker.Value)];
        chosen.CountBy(worker => worker).Select(pair => pair.Value).Should().Equal(8, 8, 8, 8);
    }

    public static TheoryData<string> LoadCounting =>
        [Default, "least-load", "sglang-cache-aware", "dynamo-kv", "llm-d", "lmetric", "lmetric-norm", "ttft-greedy", "dualmap"];

    /// <summary>Affinity alone, as in vLLM's production stack: what all prompts begin with binds them all to the first worker for ever.</summary>
    [Theory]
    [InlineData("longest-prefix", false)]
    [InlineData("consistent-hash", false)]
    [InlineData(Default, true)]
    public void AUniversalSystemPromptDoesNotSendAllToOneWorker(string policy, bool spreads)
    {
        var cluster = new ToyCluster(policy, [.. Enumerable.Range(0, 4).Select(i => Profile("w" + i))]);
        for (int i = 0; i < 200; i++)
        {
            cluster.Send(i * 0.05, ToyCluster.Prompt(common: 70, own: 100, unique: i), outputTokens: 50);
        }

        cluster.SentTo.Should().HaveCount(spreads ? 4 : 1);
        if (spreads)
        {
            cluster.SentTo.Values.Should().OnlyContain(count => count > 25);
        }
    }

    /// <summary>llm-d #355: with few prefixes, the weight of a hit outbids any queue and one replica gets everything; its queue grows without end.</summary>
    [Theory]
    [InlineData("llm-d", true)]
    [InlineData(Default, false)]
    public void OneHotPrefixDoesNotMakeOneReplicaHot(string policy, bool makes)
    {
        var cluster = new ToyCluster(policy, [.. Enumerable.Range(0, 8).Select(i => Profile("w" + i))]);
        double hit = Fast.PrefillSeconds((13 * 16) + 8, 250 * 16) + Fast.T0;
        double at = 0;
        double worst = 0;
        for (int i = 0; i < 400; i++, at += hit / 4)
        {
            // Four times what one worker computes if it always hits, half of what eight do.
            cluster.Send(at, ToyCluster.Prompt(common: 250, own: 13, unique: i), outputTokens: 30);
            worst = Math.Max(worst, cluster.Backlogs().Max());
        }

        int most = cluster.SentTo.Values.Max();
        double whole = Fast.PrefillSeconds(263 * 16, 0);
        (most > 300, worst > 10 * whole).Should().Be((makes, makes));
    }

    /// <summary>smg #1621: a limit on the share of memory in use, which long contexts reach while their number is small, never took effect.</summary>
    [Fact]
    public void AWorkerWhoseMemoryIsFullOfLongContextsIsLeftAlone()
    {
        // Answers of 1,000 tokens: it takes a while until the memory comes free.
        var scheduler = new GlobalScheduler(SmallOptions with { OutputTokensGuess = 1000 }, PlacementPolicies.Create(Default, new PolicyOptions()));
        scheduler.AddWorker(Profile("few-long", kvTokens: 50_000), default);
        scheduler.AddWorker(Profile("many-short", kvTokens: 50_000), default);
        scheduler.Report(Report("few-long", 1, Decoding("l", 24_000), Decoding("m", 24_000)), default);
        scheduler.Report(Report("many-short", 1, [.. Enumerable.Range(0, 6).Select(i => Decoding("s" + i, 1000))]), default);
        scheduler.Place(Query("new", 8000, maxNewTokens: 2000), Match(500), default).Worker.Value.Should().Be("many-short");
    }
}
