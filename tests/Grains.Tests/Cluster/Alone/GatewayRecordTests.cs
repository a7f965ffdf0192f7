using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests.Cluster.Alone;

/// <summary>What gateways remember of each other's requests, with all of them in one process.</summary>
public sealed class GatewayRecordTests
{
    [Fact]
    public async Task ARequestThatItsGatewayHasLostIsToldAsItEndedAndWhyItWasPlacedThere()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(3);
        cluster.Gateways = ["a", "b", "c"];
        await cluster.RunToEndAsync(ScriptedCluster.Request("r@a", ScriptedCluster.Prompt(1, 40), choices: 2));
        RequestDescription before = null!;
        await Eventually.HoldsAsync(async () => (before = (await FindAsync(cluster, "r@a"))!) is { Placement.ActualState: not null });
        before.Should().Match<RequestDescription>(request => request.State == RequestState.Completed && request.Placement!.ReadTable().Candidates.Count == 3);
        await Eventually.HoldsAsync(async () => await RecordAsync(cluster, "b", "r@a") is { Outcome: not null, Placement: not null });

        await cluster.Host.LoseAsync(cluster.Grains.GetGrain<IRequestGrain>("r@a"));
        await cluster.Host.LoseAsync(cluster.Scheduler);

        (await cluster.DescribeAsync("r@a")).Should().BeNull();
        (await FindAsync(cluster, "r@a")).Should().BeEquivalentTo(before);
        (await RecordAsync(cluster, "c", "r@a")).Should().BeNull("one other gateway remembers it");
        (await FindAsync(cluster, "s@a")).Should().BeNull();
    }

    [Fact]
    public async Task TheEndIsRememberedElsewhereAlsoIfTheSchedulerDoesNotAnswer()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);
        cluster.Gateways = ["a", "b"];
        var go = new TaskCompletionSource();
        cluster.Engines["w0"].Gate = () => go.Task;
        Task<List<GenerationEvent>> run = cluster.RunToEndAsync(ScriptedCluster.Request("r@a", ScriptedCluster.Prompt(1, 40)));
        await Eventually.HoldsAsync(async () => await RecordAsync(cluster, "b", "r@a") is not null);
        await cluster.Host.LoseAsync(cluster.Scheduler);
        cluster.Beginnings.Reset();
        try
        {
            go.SetResult();
            await Eventually.HoldsAsync(async () => await RecordAsync(cluster, "b", "r@a") is { Outcome: Outcome.Completed, Placement: null });
        }
        finally
        {
            cluster.Beginnings.Set();
        }

        (await run).Should().OnlyContain(item => item.Failure == null);
    }

    [Fact]
    public async Task ARequestThatRanWhenItsGatewayWasLostHasFailed()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);
        cluster.Gateways = ["a", "b", "c"];
        var never = new TaskCompletionSource();
        cluster.Engines["w0"].Gate = () => never.Task;
        using var stop = new CancellationTokenSource();
        await using IAsyncEnumerator<GenerationEvent> events =
            cluster.Run(ScriptedCluster.Request("r@b", ScriptedCluster.Prompt(1, 40)), stop.Token).GetAsyncEnumerator(stop.Token);
        Task<bool> first = events.MoveNextAsync().AsTask();
        await Eventually.HoldsAsync(async () => await RecordAsync(cluster, "c", "r@b") is not null);
        (await FindAsync(cluster, "r@b"))!.State.Should().Be(RequestState.Queued);

        // What remembers it, and the scheduler that placed it, are all that is left of it.
        RequestDescription placed = (await RecordAsync(cluster, "c", "r@b"))!;
        await cluster.Scheduler.PlaceAsync(new PlacementRequest { RequestId = "r2@a", PageKeys = [], PromptTokens = 40, MaxNewTokens = 8, Choices = 1, ExcludedWorkers = [] });
        await cluster.Grains.GetGrain<IRequestRecordsGrain>(GrainKeys.Records("b")).KeepAsync([placed with { RequestId = "r2@a" }]);
        await stop.CancelAsync();
        await first.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();

        RequestDescription lost = (await FindAsync(cluster, "r2@a"))!;
        (lost.State, lost.Outcome).Should().Be((RequestState.Failed, Outcome.GatewayLost));
        lost.Message.Should().Contain("'a'");
        lost.Placement!.ReadTable().Candidates.Should().ContainSingle().Which.WorkerId.Should().Be(lost.WorkerId);
        lost.Placement.ActualState.Should().BeNull("nobody has told the scheduler of its end");

        await cluster.Host.LoseAsync(cluster.Scheduler);
        (await FindAsync(cluster, "r2@a")).Should().BeEquivalentTo(lost with { Placement = null });
    }

    /// <summary>Both go one way, and wait together to be sent.</summary>
    [Fact]
    public async Task AWordOfAPlacementThatComesAfterThatOfTheEndDoesNotTakeItsPlace()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);
        cluster.Gateways = ["a", "b"];
        var placed = new RequestRecord(ScriptedCluster.Request("r@a", [1, 2, 3]));
        RequestDescription before = placed.Description;
        placed.End(Outcome.Completed, null);
        IRequestRecordsGrain records = cluster.Grains.GetGrain<IRequestRecordsGrain>(GrainKeys.Records("a"));

        await records.CopyAsync(placed.Description);
        await records.CopyAsync(before);

        await Eventually.HoldsAsync(async () => await RecordAsync(cluster, "b", "r@a") is not null);
        (await RecordAsync(cluster, "b", "r@a"))!.Outcome.Should().Be(Outcome.Completed);
    }

    [Fact]
    public async Task AGatewayThatIsAloneHasNothingCopied()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);
        cluster.Gateways = ["a"];
        await cluster.RunToEndAsync(ScriptedCluster.Request("r@a", ScriptedCluster.Prompt(1, 40)));

        (await cluster.Host.SiloOfAsync(cluster.Grains.GetGrain<IRequestRecordsGrain>(GrainKeys.Records("a")))).Should().BeNull("no record was made");
        (await cluster.DescribeAsync("r@a"))!.State.Should().Be(RequestState.Completed);
    }

    [Fact]
    public async Task ARequestThatWasRunAgainIsToldUnderItsFirstIdAsTheLastRunEndedWhateverBecameOfTheOthers()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(2);
        cluster.Gateways = ["a", "b", "c"];
        GenerateRequest first = ScriptedCluster.Request("r@a", ScriptedCluster.Prompt(1, 40), maxTokens: 8);
        await ReadAsync(cluster, first, tokens: 2);
        (await FindAsync(cluster, "r@a"))!.State.Should().Be(RequestState.Cancelled, "nobody has taken it up yet");
        int[] whole = ScriptedEngine.Whole(first, 0);
        GenerateRequest second = first.RunAgain("s@b") with { Generated = [whole[..2]] };
        await ReadAsync(cluster, second, tokens: 3);
        GenerateRequest third = second.RunAgain("t@c") with { Generated = [whole[..5]] };
        List<GenerationEvent> rest = await cluster.RunToEndAsync(third);

        rest.SelectMany(item => item.Tokens).Should().Equal(whole[5..]);
        await Eventually.HoldsAsync(async () => await FindAsync(cluster, "r@a") is { State: RequestState.Completed });
        await Eventually.HoldsAsync(async () => await RecordAsync(cluster, "a", "t@c") is { Outcome: not null });
        // The gateway of the first id hears of every run, whichever remembers it beside, and of each in its own time.
        await Eventually.HoldsAsync(async () => await RecordAsync(cluster, "a", "s@b") is not null);
        RequestDescription told = (await FindAsync(cluster, "r@a"))!;
        (told.RequestId, told.FirstId, told.Run, told.CompletionTokens, told.Outcome).Should().Be(("r@a", "r@a", 2, 8, Outcome.Completed));
        told.Placement!.ReadTable().Candidates.Should().HaveCount(2);
        (await FindAsync(cluster, "t@c")).Should().BeEquivalentTo(told with { RequestId = "t@c" });

        // Also with all of them gone, by what is remembered.
        foreach (string id in new[] { "r@a", "s@b", "t@c" })
        {
            await cluster.Host.LoseAsync(cluster.Grains.GetGrain<IRequestGrain>(id));
        }

        await cluster.Host.LoseAsync(cluster.Scheduler);
        (await FindAsync(cluster, "r@a")).Should().BeEquivalentTo(told);
    }

    [Fact]
    public async Task ARequestThatIsRunAgainWhereOneGatewayIsIsToldUnderItsFirstId()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);
        GenerateRequest first = ScriptedCluster.Request("r", ScriptedCluster.Prompt(1, 40));
        await ReadAsync(cluster, first, tokens: 1);
        await cluster.RunToEndAsync(first.RunAgain(GrainKeys.RequestAgain("r")));

        await Eventually.HoldsAsync(async () => await FindAsync(cluster, "r") is { State: RequestState.Completed, RequestId: "r", Run: 1 });
        (await cluster.DescribeAsync("r"))!.State.Should().Be(RequestState.Cancelled);
    }

    /// <summary>Reads some tokens of a run, which makes no more, and gives it up; that has been heard when this returns.</summary>
    private static async Task ReadAsync(ScriptedCluster cluster, GenerateRequest request, int tokens)
    {
        (int made, int read) = (0, 0);
        var never = new TaskCompletionSource();
        SetGates(cluster, () => ++made <= tokens ? Task.CompletedTask : never.Task);
        await foreach (GenerationEvent _ in cluster.Run(request))
        {
            if (++read == tokens)
            {
                break;
            }
        }

        SetGates(cluster, () => Task.CompletedTask);
        await Eventually.HoldsAsync(async () => await cluster.DescribeAsync(request.RequestId) is { Outcome: not null });
    }

    private static void SetGates(ScriptedCluster cluster, Func<Task> gate)
    {
        foreach (ScriptedEngine engine in cluster.Engines.Values)
        {
            engine.Gate = gate;
        }
    }

    private static Task<RequestDescription?> FindAsync(ScriptedCluster cluster, string id) => cluster.Grains.GetGrain<IRequestLookupGrain>("any").FindAsync(id);

    private static Task<RequestDescription?> RecordAsync(ScriptedCluster cluster, string gateway, string id) =>
        cluster.Grains.GetGrain<IRequestRecordsGrain>(GrainKeys.Records(gateway)).FindAsync(id);
}
