using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests;

public sealed class RequestGrainTests
{
    [Fact]
    public async Task EveryChoiceEndsExactlyOnceWithTheEnginesTokens()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(2);
        GenerateRequest request = ScriptedCluster.Request("r", ScriptedCluster.Prompt(1, 40), choices: 3);

        List<GenerationEvent> events = await cluster.RunToEndAsync(request);

        for (int choice = 0; choice < 3; choice++)
        {
            Tokens(events, choice).Should().Equal(ScriptedEngine.Whole(request, choice));
            events.Count(item => item.Choice == choice && item.Finish is not null).Should().Be(1);
        }
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(5, false)]
    [InlineData(5, true)]
    [InlineData(11, true)]
    public async Task ARequestWhoseWorkerIsLostGoesOnElsewhereWithoutARepeatedOrAMissingToken(int diesAfter, bool byException)
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(2);
        GenerateRequest request = ScriptedCluster.Request("r", ScriptedCluster.Prompt(2, 40), maxTokens: 6, choices: 2);
        ScriptedEngine first = cluster.Engines[await PlaceOf(cluster, request)];
        first.DiesAfter = diesAfter;
        first.DiesByException = byException;

        List<GenerationEvent> events = await cluster.RunToEndAsync(request with { RequestId = "r2" });

        events.Should().OnlyContain(item => item.Failure == null);
        Tokens(events, 0).Should().Equal(ScriptedEngine.Whole(request, 0));
        Tokens(events, 1).Should().Equal(ScriptedEngine.Whole(request, 1));
        events.Select(item => item.WorkerId).Distinct().Should().HaveCount(diesAfter == 0 ? 1 : 2);
        (await cluster.DescribeAsync("r2"))!.Attempts.Should().Be(2);
    }

    /// <summary>Each silent stream asks for it, so that it must cost nobody but the request.</summary>
    [Fact]
    public async Task HowFarARequestIsItTellsWithoutAskingAnybody()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);
        IRequestGrain grain = cluster.Grains.GetGrain<IRequestGrain>("r");
        (await grain.StandingAsync()).Should().BeNull("it never ran");
        GenerateRequest request = ScriptedCluster.Request("r", ScriptedCluster.Prompt(8, 40)) with { Generated = [[1, 2]] };
        var third = new TaskCompletionSource();
        int tokens = 0;
        cluster.Engines["w0"].Gate = () => ++tokens < 3 ? Task.CompletedTask : third.Task;
        await using IAsyncEnumerator<GenerationEvent> events = cluster.Run(request).GetAsyncEnumerator();
        (await events.MoveNextAsync()).Should().BeTrue();

        // A model without a scheduler would not be told apart from one whose scheduler was asked, so the scheduler is taken away.
        await cluster.Host.LoseAsync(cluster.Scheduler);
        await Eventually.HoldsAsync(async () => (await grain.StandingAsync())!.ProducedTokens is 1 or 2);
        (await grain.StandingAsync())!.HasEnded.Should().BeFalse();
        (await cluster.Host.SiloOfAsync(cluster.Scheduler)).Should().BeNull("nobody asked it");

        third.SetResult();
        while (await events.MoveNextAsync())
        {
        }

        (await grain.StandingAsync()).Should().Be(new RequestStanding { ProducedTokens = 6, AwaitsReader = false, HasEnded = true });
    }

    /// <summary>Those who ask must neither keep it from being run nor fill the memory.</summary>
    [Fact]
    public async Task OneThatIsAskedForBeforeItRunsIsThereForWhoRunsItAndGoesIfNobodyDoes()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);
        IRequestGrain never = cluster.Grains.GetGrain<IRequestGrain>("never");
        foreach (string id in new[] { "r", "never" })
        {
            (await cluster.DescribeAsync(id)).Should().BeNull();
            (await cluster.Grains.GetGrain<IRequestGrain>(id).StandingAsync()).Should().BeNull();
            (await cluster.Host.SiloOfAsync(cluster.Grains.GetGrain<IRequestGrain>(id))).Should().NotBeNull();
        }

        (await cluster.RunToEndAsync(ScriptedCluster.Request("r", ScriptedCluster.Prompt(10, 40)))).Should().OnlyContain(item => item.Failure == null);

        await Eventually.HoldsAsync(async () => await cluster.Host.SiloOfAsync(never) is null);
        (await cluster.DescribeAsync("r"))!.State.Should().Be(RequestState.Completed);
    }

    [Fact]
    public async Task ARequestFailsAsLostWhenEveryWorkerIs()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(3);
        foreach (ScriptedEngine engine in cluster.Engines.Values)
        {
            engine.DiesAfter = 1;
        }

        List<GenerationEvent> events = await cluster.RunToEndAsync(ScriptedCluster.Request("r", ScriptedCluster.Prompt(3, 40)));

        events[^1].Failure.Should().Be(Outcome.WorkerLost);
        events.Take(events.Count - 1).Should().HaveCount(3).And.OnlyContain(item => item.Failure == null);
        (await cluster.DescribeAsync("r"))!.State.Should().Be(RequestState.Failed);
    }

    [Fact]
    public async Task AFullWorkerPassesTheRequestOnAndOnlyWhenAllAreFullTheClientIsTold()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(2);
        GenerateRequest request = ScriptedCluster.Request("r", ScriptedCluster.Prompt(4, 40));
        string full = await PlaceOf(cluster, request);
        cluster.Engines[full].Refuses = Outcome.QueueFull;

        List<GenerationEvent> passedOn = await cluster.RunToEndAsync(request with { RequestId = "a" });
        passedOn.Should().OnlyContain(item => item.Failure == null && item.WorkerId != full);

        foreach (ScriptedEngine engine in cluster.Engines.Values)
        {
            engine.Refuses = Outcome.QueueFull;
        }

        List<GenerationEvent> refused = await cluster.RunToEndAsync(request with { RequestId = "b" });
        refused.Should().ContainSingle().Which.Failure.Should().Be(Outcome.QueueFull);
    }

    [Fact]
    public async Task DisposingTheStreamStopsTheEngineAndFreesTheWorkersLoad()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);
        ScriptedEngine engine = cluster.Engines["w0"];
        GenerateRequest request = ScriptedCluster.Request("r", ScriptedCluster.Prompt(5, 40), maxTokens: 1000);

        await foreach (GenerationEvent item in cluster.Run(request))
        {
            item.Failure.Should().BeNull();
            engine.Open.Should().Be(1);
            break;
        }

        engine.Open.Should().Be(0);
        await Eventually.HoldsAsync(async () => (await cluster.Scheduler.StatusAsync()).Workers.All(worker => worker.Live == 0));
        (await cluster.DescribeAsync("r"))!.State.Should().Be(RequestState.Cancelled);
    }

    [Fact]
    public async Task CancellingWhileTheEngineIsSilentEndsTheStream()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);
        ScriptedEngine engine = cluster.Engines["w0"];
        var reached = new TaskCompletionSource();
        engine.Gate = () =>
        {
            reached.TrySetResult();
            return new TaskCompletionSource().Task;
        };
        using var stop = new CancellationTokenSource();
        GenerateRequest request = ScriptedCluster.Request("r", ScriptedCluster.Prompt(6, 40));

        Task run = Task.Run(async () =>
        {
            await foreach (GenerationEvent _ in cluster.Run(request, stop.Token).WithCancellation(stop.Token))
            {
            }
        });
        await reached.Task;
        await stop.CancelAsync();

        await FluentActions.Awaiting(() => run).Should().ThrowAsync<OperationCanceledException>();
        await Eventually.HoldsAsync(async () => engine.Open == 0 && (await cluster.Scheduler.StatusAsync()).Workers[0].Live == 0);
    }

    [Fact]
    public async Task AnIdRunsOnce()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);
        GenerateRequest request = ScriptedCluster.Request("r", ScriptedCluster.Prompt(7, 40));
        await cluster.RunToEndAsync(request);

        (await cluster.RunToEndAsync(request)).Should().ContainSingle().Which.Failure.Should().Be(Outcome.DuplicateRequest);
        cluster.Engines["w0"].Received.Should().HaveCount(1);
    }

    [Fact]
    public async Task WithoutWorkersTheClientIsTold()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(0);

        List<GenerationEvent> events = await cluster.RunToEndAsync(ScriptedCluster.Request("r", ScriptedCluster.Prompt(8, 40)));

        events.Should().ContainSingle().Which.Failure.Should().Be(Outcome.NoWorker);
        (await cluster.DescribeAsync("r"))!.State.Should().Be(RequestState.Rejected);
    }

    [Fact]
    public async Task ADescriptionTellsStateWorkerTokensAndTheCostOfEveryCandidate()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(3);
        await cluster.RunToEndAsync(ScriptedCluster.Request("r", ScriptedCluster.Prompt(9, 40), maxTokens: 5));

        // Its end is told to the scheduler when the client has it already.
        RequestDescription description = null!;
        await Eventually.HoldsAsync(async () => (description = (await cluster.DescribeAsync("r"))!) is { Placement.ActualTtftSeconds: not null });

        description.State.Should().Be(RequestState.Completed);
        description.CompletionTokens.Should().Be(5);
        PlacementTable table = description.Placement!.ReadTable();
        table.Candidates.Select(candidate => candidate.WorkerId).Should().BeEquivalentTo("w0", "w1", "w2");
        table.Candidates.Should().OnlyContain(candidate => candidate.Terms.Count == table.Terms.Count && candidate.Terms.Count > 0);
        description.Placement.WorkerId.Should().Be(description.WorkerId);
        description.Placement.ActualTtftSeconds.Should().BePositive();
        (await cluster.DescribeAsync("never ran")).Should().BeNull();
    }

    private static int[] Tokens(List<GenerationEvent> events, int choice) => [.. events.Where(item => item.Choice == choice).SelectMany(item => item.Tokens)];

    /// <summary>Runs the request once, so that its prefix draws the next one to the same worker.</summary>
    private static async Task<string> PlaceOf(ScriptedCluster cluster, GenerateRequest request)
    {
        List<GenerationEvent> events = await cluster.RunToEndAsync(request with { RequestId = request.RequestId + "-first" });
        return events[0].WorkerId;
    }
}
