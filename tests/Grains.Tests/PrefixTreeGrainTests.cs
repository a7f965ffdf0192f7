using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests;

public sealed class PrefixTreeGrainTests
{
    private static readonly int[] Prompt = ScriptedCluster.Prompt(1, 160);

    [Fact]
    public async Task EventsInOrderAreFollowedAndRepeatedOnesChangeNothing()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);

        (await cluster.Tree.ApplyAsync(Batch(Event(1, true, 10, 0), Event(2, false, 10, 6)))).DumpWanted.Should().BeFalse();
        (await PagesAsync(cluster)).Should().Be(6);

        (await cluster.Tree.ApplyAsync(Batch(Event(1, true, 10, 0)))).DumpWanted.Should().BeFalse();
        (await PagesAsync(cluster)).Should().Be(6, "the repeated event is known by its number");
    }

    [Fact]
    public async Task ThePathIsToldWhereItIsAskedFor()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(2);
        await cluster.Tree.ApplyAsync(Batch(Event(1, true, 4, 0)));
        await cluster.Tree.ApplyAsync(Batch(Event(1, true, 7, 0)) with { WorkerId = "w1" });

        var request = new MatchRequest { PageKeys = ScriptedCluster.Keys(Prompt), PromptTokens = Prompt.Length, WithEvictionCost = false, WithPath = true };
        (await cluster.Tree.MatchAsync(request)).PathEnds.Should().Equal(4, 7);
        (await cluster.Tree.MatchAsync(request with { WithPath = false })).PathEnds.Should().BeEmpty();
    }

    [Fact]
    public async Task AGapAsksForADumpAndTheDumpHealsIt()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);
        await cluster.Tree.ApplyAsync(Batch(Event(1, true, 4, 0)));

        (await cluster.Tree.ApplyAsync(Batch(Event(3, true, 10, 0)))).DumpWanted.Should().BeTrue();
        (await PagesAsync(cluster)).Should().Be(4, "what comes after a gap is not trusted");

        await cluster.Tree.ReplaceAsync(Dump(sequence: 3, pages: 8));
        (await PagesAsync(cluster)).Should().Be(8);
        (await cluster.Tree.ApplyAsync(Batch(Event(3, true, 10, 0), Event(4, false, 8, 2)))).DumpWanted.Should().BeFalse();
        (await PagesAsync(cluster)).Should().Be(2);
    }

    [Fact]
    public async Task ALateDumpOrAnEventOfAnOldEpochChangesNothing()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);
        await cluster.Tree.ApplyAsync(Batch(Event(1, true, 4, 0), Event(2, true, 6, 4)));

        await cluster.Tree.ReplaceAsync(Dump(sequence: 1, pages: 1));
        await cluster.Tree.ApplyAsync(Batch(Event(3, true, 10, 0)) with { Epoch = 0 });

        (await PagesAsync(cluster)).Should().Be(6);
    }

    [Fact]
    public async Task NewsOfAnUnknownWorkerChangeNothingButAskForItsRegistration()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);

        (await cluster.Tree.ApplyAsync(Batch(Event(1, true, 10, 0)) with { WorkerId = "stranger" })).RegistrationWanted.Should().BeTrue();
        await cluster.Tree.ReplaceAsync(Dump(sequence: 9, pages: 10) with { WorkerId = "stranger" });

        (await PagesAsync(cluster)).Should().Be(0);
        (await cluster.Tree.StatusAsync()).Workers.Should().Be(1);
    }

    private static async Task<int> PagesAsync(ScriptedCluster cluster)
    {
        var request = new MatchRequest { PageKeys = ScriptedCluster.Keys(Prompt), PromptTokens = Prompt.Length, WithEvictionCost = false, WithPath = true };
        return (await cluster.Tree.MatchAsync(request)).LongestPages;
    }

    private static CacheEventMessage Event(long sequence, bool stored, int pages, int from) =>
        new() { Sequence = sequence, Stored = stored, Path = ScriptedCluster.Keys(Prompt)[..pages], From = from };

    private static CacheEventBatch Batch(params CacheEventMessage[] events) => new() { WorkerId = "w0", Epoch = 1, Events = events };

    private static CacheDump Dump(long sequence, int pages) =>
        new() { WorkerId = "w0", Epoch = 1, Sequence = sequence, Paths = [new CachePath { Base = 0, Shared = 0, Keys = ScriptedCluster.Keys(Prompt)[..pages] }] };
}
