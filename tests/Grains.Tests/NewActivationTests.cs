using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests;

/// <summary>Schedulers and trees that begin anew, as after the death of their silo: under a model that nothing was told of.</summary>
public sealed class NewActivationTests
{
    private const string Other = "other";
    private static readonly int[] Prompt = ScriptedCluster.Prompt(1, 160);

    [Fact]
    public async Task ANewSchedulerKnowsEveryWorkerWithItsLoadAndWhetherItLeavesBeforeItPlaces()
    {
        await using ScriptedCluster cluster = await StartAsync(3);
        Announce(cluster, "w0", live: 3);
        Announce(cluster, "w1");
        Announce(cluster, "w2", draining: true);

        PlacementReply reply = await Scheduler(cluster).PlaceAsync(Placement("r"));

        (reply.WorkerId, reply.WorkerEpoch).Should().Be(("w1", 1L));
        WorkerStatus[] workers = (await Scheduler(cluster).StatusAsync()).Workers;
        workers.Select(worker => (worker.WorkerId, worker.Live, worker.Draining)).Should().BeEquivalentTo([("w0", 3, false), ("w1", 1, false), ("w2", 0, true)]);
        (await Scheduler(cluster).ReportAsync(Report("w0", sequence: 7, live: 3))).RegistrationWanted.Should().BeFalse();
        (await Scheduler(cluster).StatusAsync()).Workers.Single(worker => worker.WorkerId == "w0").Live.Should().Be(3, "the report is the one announced");
    }

    [Fact]
    public async Task ASiloThatDoesNotAnswerHidesNoneOfTheOthers()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1, silos: ["", "gone"]);
        Announce(cluster, "w0");

        (await Scheduler(cluster).PlaceAsync(Placement("r"))).WorkerId.Should().Be("w0");
    }

    [Fact]
    public async Task ANewTreeAsksTheWorkersForWhatTheyHold()
    {
        await using ScriptedCluster cluster = await StartAsync(2);
        Announce(cluster, "w0");
        Announce(cluster, "w1");
        (cluster.Engines["w0"].Events, cluster.Engines["w0"].Cache) = (40, [ScriptedCluster.Keys(Prompt)]);
        (cluster.Engines["w1"].Events, cluster.Engines["w1"].Cache) = (5, [ScriptedCluster.Keys(Prompt)[..4]]);

        await Eventually.HoldsAsync(async () => (await HeldAsync(cluster)).SequenceEqual([("w0", 10), ("w1", 4)]));

        // What the dump covers changes nothing; what follows it does, and what is missing is noticed.
        (await Tree(cluster).ApplyAsync(Batch("w0", lastEvent: 40, Event(40, stored: false, 10, 2)))).DumpWanted.Should().BeFalse();
        (await HeldAsync(cluster)).Should().Equal(("w0", 10), ("w1", 4));
        (await Tree(cluster).ApplyAsync(Batch("w0", lastEvent: 41, Event(41, stored: false, 10, 2)))).DumpWanted.Should().BeFalse();
        (await HeldAsync(cluster)).Should().Equal(("w0", 2), ("w1", 4));
        (await Tree(cluster).ApplyAsync(Batch("w1", lastEvent: 6))).DumpWanted.Should().BeTrue("event 6 has not come");
    }

    /// <summary>The tree has lost what it knew, but the worker has nothing new to tell.</summary>
    [Fact]
    public async Task AnIdleWorkerWhoseEventsTheTreeDoesNotKnowIsAskedForADump()
    {
        await using ScriptedCluster cluster = await StartAsync(1);
        await Tree(cluster).RegisterWorkerAsync(Registration("w0"));

        (await Tree(cluster).ApplyAsync(Batch("w0", lastEvent: 0))).DumpWanted.Should().BeFalse("it holds nothing");
        (await Tree(cluster).ApplyAsync(Batch("w0", lastEvent: 12))).DumpWanted.Should().BeTrue();
    }

    [Fact]
    public async Task NewsOfALaterStartAskForItsRegistrationSoThatNothingOfTheEarlierOneStays()
    {
        await using ScriptedCluster cluster = await StartAsync(1);
        await Tree(cluster).RegisterWorkerAsync(Registration("w0"));
        await Tree(cluster).ApplyAsync(Batch("w0", lastEvent: 1, Event(1, stored: true, 10, 0)));
        CacheEventBatch later = Batch("w0", lastEvent: 1, Event(1, stored: true, 3, 0)) with { Epoch = 2 };

        (await Tree(cluster).ApplyAsync(later)).RegistrationWanted.Should().BeTrue();
        await Tree(cluster).RegisterWorkerAsync(Registration("w0") with { Epoch = 2 });
        (await Tree(cluster).ApplyAsync(later)).RegistrationWanted.Should().BeFalse();

        (await HeldAsync(cluster)).Should().Equal(("w0", 3));
    }

    private static Task<ScriptedCluster> StartAsync(int workers) => ScriptedCluster.StartAsync(workers);

    private static ISchedulerGrain Scheduler(ScriptedCluster cluster) => cluster.Grains.GetGrain<ISchedulerGrain>(Other);

    private static IPrefixTreeGrain Tree(ScriptedCluster cluster) => cluster.Grains.GetGrain<IPrefixTreeGrain>(Other);

    private static void Announce(ScriptedCluster cluster, string worker, int live = 0, bool draining = false) =>
        cluster.Announced[worker] = new WorkerAnnouncement { Registration = Registration(worker), Report = Report(worker, sequence: 7, live), Draining = draining };

    private static WorkerRegistration Registration(string worker) => ScriptedCluster.Registration(worker) with { Model = Other };

    private static WorkerReport Report(string worker, long sequence, int live) => new()
    {
        WorkerId = worker,
        Epoch = 1,
        Sequence = sequence,
        Live = [.. Enumerable.Range(0, live).Select(index => new SequenceReport
        {
            RequestId = $"{worker}-{index}",
            Choice = 0,
            Phase = SequencePhase.Decode,
            CachedTokens = 0,
            PrefillTokensLeft = 0,
            ContextTokens = 500,
            GeneratedTokens = 5,
            UnheldTokens = 0,
        })],
        PagesFree = 100,
        PagesCached = 0,
        PagesHeld = 0,
    };

    private static PlacementRequest Placement(string id) => new()
    {
        RequestId = id,
        PageKeys = ScriptedCluster.Keys(Prompt),
        PromptTokens = Prompt.Length,
        MaxNewTokens = 16,
        Choices = 1,
        ExcludedWorkers = [],
    };

    private static CacheEventMessage Event(long sequence, bool stored, int pages, int from) =>
        new() { Sequence = sequence, Stored = stored, Path = ScriptedCluster.Keys(Prompt)[..pages], From = from };

    private static CacheEventBatch Batch(string worker, long lastEvent, params CacheEventMessage[] events) =>
        new() { WorkerId = worker, Epoch = 1, Events = events, LastEvent = lastEvent };

    private static async Task<(string Worker, int Pages)[]> HeldAsync(ScriptedCluster cluster)
    {
        var request = new MatchRequest { PageKeys = ScriptedCluster.Keys(Prompt), PromptTokens = Prompt.Length, WithEvictionCost = false, WithPath = false };
        return [.. (await Tree(cluster).MatchAsync(request)).Workers.Select(worker => (worker.WorkerId, worker.ResidentPages)).Order()];
    }
}
