using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests.Cluster;

/// <summary>What is lost with the scheduler and the tree comes back from the workers; where there are several silos, the silo that had them dies.</summary>
public sealed class LostStateTests
{
    [Fact]
    public async Task RequestsAreServedByTheWorkersOfAllSilos()
    {
        await using ScriptedSilos cluster = await ScriptedSilos.StartAsync(1, 1, 2);
        await Eventually.HoldsAsync(async () => (await cluster.Scheduler(cluster.Host.Silos[0]).StatusAsync()).Workers.Length == cluster.Workers.Count);

        await ServedAsync(cluster, "r", 24);

        cluster.Engines.Values.Should().OnlyContain(engine => !engine.Received.IsEmpty);
    }

    [Fact]
    public async Task WithTheSchedulerLostNewRequestsAreServedAndTheTreeConvergesToTheWorkersCaches()
    {
        await using ScriptedSilos cluster = await ScriptedSilos.StartAsync(1, 1, 1);
        FillCaches(cluster);
        await ServedAsync(cluster, "before", 6);

        string from = cluster.Host.Silos[0];
        await cluster.Host.LoseAsync(cluster.Scheduler(from));
        await cluster.Host.LoseAsync(cluster.Tree(cluster.Host.Silos[0]));

        await ServedAsync(cluster, "after", 6);
        await Eventually.HoldsAsync(() => cluster.TreeAgreesAsync(cluster.Host.Silos[0], PromptOf(0), PromptOf(1)));
        ISchedulerGrain scheduler = cluster.Scheduler(cluster.Host.Silos[0]);
        (await scheduler.StatusAsync()).Workers.Select(worker => worker.WorkerId).Should().BeEquivalentTo(cluster.Workers);
        await Eventually.HoldsAsync(async () => (await scheduler.StatusAsync()).Workers.All(worker => worker.Live == 0));
    }

    [Fact]
    public async Task APromptGoesWhereItsPrefixIsAfterTheSchedulerAndTheTreeWereLost()
    {
        await using ScriptedSilos cluster = await ScriptedSilos.StartAsync(2, 2, 2);
        int[] prompt = ScriptedCluster.Prompt(1, 3200);
        await cluster.Host.LoseAsync(cluster.Scheduler(cluster.Host.Silos[0]));
        await cluster.Host.LoseAsync(cluster.Tree(cluster.Host.Silos[0]));
        FillCaches(cluster);
        string holder = cluster.Workers[^1];
        cluster.Engines[holder].Cache = [ScriptedCluster.Keys(prompt)];
        string from = cluster.Host.Silos[0];
        await Eventually.HoldsAsync(() => cluster.TreeAgreesAsync(from));

        List<GenerationEvent> events = await cluster.RunToEndAsync(from, ScriptedCluster.Request("r", prompt));

        events.Should().OnlyContain(item => item.WorkerId == holder);
    }

    private static async Task ServedAsync(ScriptedSilos cluster, string name, int count)
    {
        IReadOnlyList<string> silos = cluster.Host.Silos;
        GenerateRequest[] requests =
        [
            .. Enumerable.Range(0, count).Select(i => ScriptedCluster.Request(GrainKeys.Request($"{name}-{i}", silos[i % silos.Count]), PromptOf(i), choices: 2)),
        ];
        List<GenerationEvent>[] all = await Task.WhenAll(requests.Select((request, i) => cluster.RunToEndAsync(silos[i % silos.Count], request)));
        foreach ((GenerateRequest request, List<GenerationEvent> events) in requests.Zip(all))
        {
            StreamCheck.IsWhole(request, events);
        }
    }

    private static int[] PromptOf(int index) => ScriptedCluster.Prompt(100 + index, 160);

    private static void FillCaches(ScriptedSilos cluster)
    {
        ulong[] common = ScriptedCluster.Keys(ScriptedCluster.Prompt(1, 800));
        foreach ((string id, int index) in cluster.Engines.Keys.Order(StringComparer.Ordinal).Select((id, index) => (id, index)))
        {
            cluster.Engines[id].Cache = [.. Enumerable.Range(0, 3).Select(path => (ulong[])[.. common[..(10 * (path + 1))], .. Own(index, path)])];
        }
    }

    private static ulong[] Own(int worker, int path) => [.. Enumerable.Range(1, 20).Select(page => ((ulong)(worker + 1) << 40) + ((ulong)path << 20) + (ulong)page)];
}
