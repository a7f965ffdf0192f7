using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests;

public sealed class HandOverTests
{
    [Fact]
    public async Task AnotherWorkerComputesWhatTheOneThatLeavesWasUsedForHottestFirst()
    {
        await using ScriptedCluster cluster = await StartAsync(pagesFree: 1000);
        HotPrefix[] prefixes = [Prefix(1, 320), Prefix(2, 160), Prefix(3, 800)];
        await cluster.Scheduler.DrainWorkerAsync("w0", epoch: 1);

        await cluster.Scheduler.HandOverAsync(new HandOver { WorkerId = "w0", Prefixes = prefixes });

        ScriptedEngine other = cluster.Engines["w1"];
        await Eventually.HoldsAsync(async () => other.Received.Count == 3 && (await cluster.Scheduler.StatusAsync()).Workers.All(worker => worker.Live == 0));
        other.Received.Select(request => request.PromptTokens).Should().BeEquivalentTo(prefixes.Select(prefix => prefix.Tokens), options => options.WithStrictOrdering());
        other.Received.Should().OnlyContain(request => request.Sampling.MaxTokens == 1 && request.PageKeySeed == 1 && request.Choices == 1);
        cluster.Engines["w0"].Received.Should().BeEmpty();
    }

    [Fact]
    public async Task NothingIsComputedWhereNoFreePagesAreOrWhereItIsCachedAlready()
    {
        await using ScriptedCluster cluster = await StartAsync(pagesFree: 15);
        int[] cached = ScriptedCluster.Prompt(4, 160);
        await cluster.Tree.ApplyAsync(new CacheEventBatch
        {
            WorkerId = "w1",
            Epoch = 1,
            Events = [new CacheEventMessage { Sequence = 1, Stored = true, Path = ScriptedCluster.Keys(cached), From = 0 }],
        });

        await cluster.Scheduler.HandOverAsync(new HandOver { WorkerId = "w0", Prefixes = [Prefix(1, 320), Prefix(4, 160), Prefix(2, 160)] });

        ScriptedEngine other = cluster.Engines["w1"];
        await Eventually.HoldsAsync(async () => !other.Received.IsEmpty && (await cluster.Scheduler.StatusAsync()).Workers.All(worker => worker.Live == 0));
        other.Received.Should().ContainSingle().Which.PromptTokens.Should().Equal(Prefix(2, 160).Tokens);
    }

    [Fact]
    public async Task WhereNobodyElseIsThereNothingIsHandedOver()
    {
        await using ScriptedCluster cluster = await StartAsync(pagesFree: 1000);
        await cluster.Scheduler.RemoveWorkerAsync("w1", epoch: 1);

        await cluster.Scheduler.HandOverAsync(new HandOver { WorkerId = "w0", Prefixes = [Prefix(1, 320)] });

        (await cluster.RunToEndAsync(ScriptedCluster.Request("r", ScriptedCluster.Prompt(5, 40)))).Should().OnlyContain(item => item.Failure == null);
        cluster.Engines["w0"].Received.Should().ContainSingle();
    }

    private static async Task<ScriptedCluster> StartAsync(int pagesFree)
    {
        ScriptedCluster cluster = await ScriptedCluster.StartAsync(2);
        await cluster.Scheduler.ReportAsync(new WorkerReport { WorkerId = "w1", Epoch = 1, Sequence = 1, Live = [], PagesFree = pagesFree, PagesCached = 0, PagesHeld = 0 });
        return cluster;
    }

    private static HotPrefix Prefix(int seed, int tokens)
    {
        int[] prompt = ScriptedCluster.Prompt(seed, tokens);
        return new HotPrefix { Tokens = prompt, PageKeySeed = 1, PageKeys = ScriptedCluster.Keys(prompt) };
    }
}
