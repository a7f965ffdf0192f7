using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests;

/// <summary>Words of an earlier start of a worker, which come late.</summary>
public sealed class WorkerEpochTests
{
    [Fact]
    public async Task AWordThatAnEarlierStartOfAWorkerHasGoneLeavesTheLaterOne()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);
        ulong[] keys = ScriptedCluster.Keys(ScriptedCluster.Prompt(4, 160));
        var match = new MatchRequest { PageKeys = keys, PromptTokens = 160, WithEvictionCost = false, WithPath = false };
        await cluster.Scheduler.RegisterWorkerAsync(ScriptedCluster.Registration("w0", epoch: 2));
        var stored = new CacheEventMessage { Sequence = 1, Stored = true, Path = keys, From = 0 };
        await cluster.Tree.ApplyAsync(new CacheEventBatch { WorkerId = "w0", Epoch = 2, Events = [stored] });

        await cluster.Scheduler.RemoveWorkerAsync("w0", epoch: 1);
        await cluster.Tree.RemoveWorkerAsync("w0", epoch: 1);
        await cluster.Tree.RegisterWorkerAsync(ScriptedCluster.Registration("w0", epoch: 1));

        (await cluster.Tree.MatchAsync(match)).LongestPages.Should().Be(10);
        (await cluster.Scheduler.StatusAsync()).Workers.Should().ContainSingle();
        await cluster.Scheduler.RemoveWorkerAsync("w0", epoch: 2);
        (await cluster.Tree.MatchAsync(match)).LongestPages.Should().Be(0);
        (await cluster.Scheduler.StatusAsync()).Workers.Should().BeEmpty();
    }
}
