using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests.Cluster.Silos;

/// <summary>Grains and streams of several silos, some of which die.</summary>
public sealed class SiloTests
{
    /// <summary>Tokens that each engine makes before the silo is killed: less than one request's.</summary>
    private const int TokensBefore = 10;

    [Fact]
    public async Task AWorkerGrainIsOnlyInTheSiloThatOwnsItWhoeverCalls()
    {
        await using ScriptedSilos cluster = await ScriptedSilos.StartAsync(1, 1, 1);
        foreach (string silo in cluster.Host.Silos)
        {
            foreach (string worker in cluster.Workers)
            {
                IWorkerGrain grain = cluster.Host.From(silo).GetGrain<IWorkerGrain>(worker);

                (await grain.DumpCacheAsync(default)).WorkerId.Should().Be(worker);
                (await cluster.Host.SiloOfAsync(grain)).Should().Be(GrainKeys.SiloOf(worker));
            }
        }
    }

    [Fact]
    public async Task ARequestIsInTheSiloOfItsGatewayAndSchedulerAndTreeBesideEachOtherWhereNoWorkerIs()
    {
        await using ScriptedSilos cluster = await ScriptedSilos.StartAsync(1, 0, 1);
        GenerateRequest request = ScriptedCluster.Request(GrainKeys.Request("r", "c"), [1, 2, 3]);
        await cluster.RunToEndAsync("c", request);

        (await cluster.Host.SiloOfAsync(cluster.Host.From("a").GetGrain<IRequestGrain>(request.RequestId))).Should().Be("c");
        (await cluster.Host.SiloOfAsync(cluster.Scheduler("a"))).Should().Be("b");
        (await cluster.Host.SiloOfAsync(cluster.Tree("a"))).Should().Be("b");
    }

    [Fact]
    public async Task ACallToAWorkerOfADeadSiloFailsAndMakesNoWorkerElsewhere()
    {
        await using ScriptedSilos cluster = await ScriptedSilos.StartAsync(0, 1, 1);
        string lost = cluster.Workers.Single(worker => GrainKeys.SiloOf(worker) == "c");
        IWorkerGrain grain = cluster.Host.From("a").GetGrain<IWorkerGrain>(lost);
        await grain.DumpCacheAsync(default);

        await cluster.Host.KillAsync("c");

        await grain.Invoking(it => it.DumpCacheAsync(default)).Should().ThrowAsync<OrleansException>();
        (await cluster.Host.SiloOfAsync(grain)).Should().BeNull();
        cluster.Engines[lost].Received.Should().BeEmpty();
    }

    [Fact]
    public async Task AnotherGatewayTellsOfTheRequestsOfOneThatHasDied()
    {
        await using ScriptedSilos cluster = await ScriptedSilos.StartAsync(0, 0, 1);
        string running = GrainKeys.Request("running", "a");
        string ended = GrainKeys.Request("ended", "a");
        await cluster.RunToEndAsync("a", ScriptedCluster.Request(ended, ScriptedCluster.Prompt(1, 160)));
        RequestDescription before = (await FindAsync(cluster, ended))!;
        before.Placement.Should().NotBeNull();
        var held = new TaskCompletionSource();
        cluster.Engines.Values.Single().Gate = () => held.Task;
        Task cut = cluster.RunToEndAsync("a", ScriptedCluster.Request(running, ScriptedCluster.Prompt(2, 160)));
        await Eventually.HoldsAsync(async () => await RecordAsync(cluster, ended) is { Outcome: not null } && await RecordAsync(cluster, running) is not null);

        string? scheduler = await SiloOfSchedulerAsync(cluster);

        await cluster.Host.KillAsync("a");
        held.SetResult();

        (await FindAsync(cluster, ended)).Should().BeEquivalentTo(before);
        RequestDescription lost = (await FindAsync(cluster, running))!;
        (lost.State, lost.Outcome).Should().Be((RequestState.Failed, Outcome.GatewayLost));
        (lost.Placement is not null).Should().Be(scheduler != "a", "the scheduler that placed it tells why, where it lives");
        await cut.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StreamsGoOnElsewhereWithEqualTextWhenASiloIsKilled(bool withTheScheduler)
    {
        // With a worker in every silo the scheduler is beside one; else it is alone in the first.
        await using ScriptedSilos cluster = await ScriptedSilos.StartAsync(withTheScheduler ? 1 : 0, 1, 1);
        string victim = withTheScheduler ? (await SiloOfSchedulerAsync(cluster))! : "c";
        string[] gateways = [.. cluster.Host.Silos.Where(silo => silo != victim)];
        var killed = new TaskCompletionSource();
        foreach (ScriptedEngine engine in cluster.Engines.Values)
        {
            int tokens = 0;
            engine.Gate = () => Interlocked.Increment(ref tokens) <= TokensBefore ? Task.CompletedTask : killed.Task;
        }

        GenerateRequest[] requests =
        [
            .. Enumerable.Range(0, 12).Select(i => ScriptedCluster.Request(
                GrainKeys.Request($"r-{i}", gateways[i % gateways.Length]), ScriptedCluster.Prompt(i, 160), maxTokens: 30, choices: 1 + (i % 2))),
        ];
        Task<List<GenerationEvent>[]> running = Task.WhenAll(requests.Select((request, i) => cluster.RunToEndAsync(gateways[i % gateways.Length], request)));
        await Eventually.HoldsAsync(async () => cluster.Engines.Values.Sum(engine => engine.Received.Count) == requests.Length
            && await ProducedAsync(cluster, gateways[0], requests) == TokensBefore * cluster.Engines.Values.Count(engine => !engine.Received.IsEmpty));
        cluster.Engines.Where(engine => GrainKeys.SiloOf(engine.Key) == victim).Should().Contain(engine => !engine.Value.Received.IsEmpty);

        await cluster.Host.KillAsync(victim);
        killed.SetResult();
        List<GenerationEvent>[] all = await running;

        foreach ((GenerateRequest request, List<GenerationEvent> events) in requests.Zip(all))
        {
            StreamCheck.IsWhole(request, events);
        }

        cluster.Workers.Sum(worker => cluster.Engines[worker].Received.Count(request => request.Generated is not null)).Should().BePositive("streams had begun when the silo died");
    }

    private static Task<RequestDescription?> FindAsync(ScriptedSilos cluster, string id) => cluster.Host.From("b").GetGrain<IRequestLookupGrain>("any").FindAsync(id);

    private static Task<RequestDescription?> RecordAsync(ScriptedSilos cluster, string id) =>
        cluster.Host.From("b").GetGrain<IRequestRecordsGrain>(GrainKeys.Records("b")).FindAsync(id);

    /// <summary>Tokens that have reached the requests.</summary>
    private static async Task<int> ProducedAsync(ScriptedSilos cluster, string from, GenerateRequest[] requests)
    {
        RequestDescription?[] described = await Task.WhenAll(requests.Select(request => cluster.Host.From(from).GetGrain<IRequestGrain>(request.RequestId).DescribeAsync()));
        return described.Sum(request => request?.CompletionTokens ?? 0);
    }

    private static async Task<string?> SiloOfSchedulerAsync(ScriptedSilos cluster)
    {
        await cluster.Scheduler("a").StatusAsync();
        return await cluster.Host.SiloOfAsync(cluster.Scheduler("a"));
    }
}
