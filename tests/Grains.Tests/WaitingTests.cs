using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests;

/// <summary>Requests that find nobody, or are sent away.</summary>
public sealed class WaitingTests
{
    [Fact]
    public async Task ARequestWaitsForAWorkerToCome()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1, patienceSeconds: 60);
        await cluster.Scheduler.RemoveWorkerAsync("w0", epoch: 1);
        GenerateRequest request = ScriptedCluster.Request("r", ScriptedCluster.Prompt(1, 40));
        Task<List<GenerationEvent>> run = cluster.RunToEndAsync(request);
        await Eventually.HoldsAsync(async () => (await cluster.DescribeAsync("r"))?.State == RequestState.Placing);

        await cluster.Scheduler.RegisterWorkerAsync(ScriptedCluster.Registration("w0"));

        (await run).SelectMany(item => item.Tokens).Should().Equal(ScriptedEngine.Whole(request, 0));
    }

    [Fact]
    public async Task PatienceEnds()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(0, patienceSeconds: 0.3);

        List<GenerationEvent> events = await cluster.RunToEndAsync(ScriptedCluster.Request("r", ScriptedCluster.Prompt(2, 40)));

        events.Should().ContainSingle().Which.Failure.Should().Be(Outcome.NoWorker);
    }

    [Fact]
    public async Task AClientThatGoesAwayEndsTheWaiting()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(0, patienceSeconds: 3600);
        using var gone = new CancellationTokenSource();
        Task run = Task.Run(async () =>
        {
            await foreach (GenerationEvent _ in cluster.Run(ScriptedCluster.Request("r", ScriptedCluster.Prompt(3, 40)), gone.Token).WithCancellation(gone.Token))
            {
            }
        });
        await Eventually.HoldsAsync(async () => (await cluster.DescribeAsync("r"))?.State == RequestState.Placing);

        await gone.CancelAsync();

        await FluentActions.Awaiting(() => run).Should().ThrowAsync<OperationCanceledException>();
        await Eventually.HoldsAsync(async () => (await cluster.DescribeAsync("r"))?.State == RequestState.Cancelled);
    }

    /// <summary>The only worker loses the request at every second token and is there again at once.</summary>
    [Fact]
    public async Task WhereNobodyElseIsThereTheWorkerThatLostARequestIsTriedAgain()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1, patienceSeconds: 60);
        (cluster.Engines["w0"].DiesAfter, cluster.Engines["w0"].Deaths) = (2, 3);
        GenerateRequest request = ScriptedCluster.Request("r", ScriptedCluster.Prompt(4, 40), maxTokens: 9);

        List<GenerationEvent> events = await cluster.RunToEndAsync(request);

        events.SelectMany(item => item.Tokens).Should().Equal(ScriptedEngine.Whole(request, 0));
        (await cluster.DescribeAsync("r"))!.Attempts.Should().Be(4);
    }

    [Fact]
    public async Task WorkersThatLeavePassARequestOnAndThatIsNoFailure()
    {
        const int Leaving = RequestGrain.AttemptsMax + 2;
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(Leaving, patienceSeconds: 60);
        foreach (ScriptedEngine engine in cluster.Engines.Values)
        {
            (engine.Refuses, engine.Refusals) = (Outcome.WorkerDraining, 1);
        }

        GenerateRequest request = ScriptedCluster.Request("r", ScriptedCluster.Prompt(5, 40));

        List<GenerationEvent> events = await cluster.RunToEndAsync(request);

        events.SelectMany(item => item.Tokens).Should().Equal(ScriptedEngine.Whole(request, 0));
        (await cluster.DescribeAsync("r"))!.Attempts.Should().Be(Leaving + 1, "none is tried twice before all were");
        await Eventually.HoldsAsync(async () => (await cluster.Scheduler.StatusAsync()).Workers.All(worker => worker.Live == 0));
        (await cluster.Scheduler.StatusAsync()).Workers.Should().OnlyContain(worker => !worker.Suspect);
    }

    [Fact]
    public async Task ARequestThatWasTakenOnceWaitsForRoomWhereANewOneIsToldThatQueuesAreFull()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(2, patienceSeconds: 60);
        foreach (ScriptedEngine engine in cluster.Engines.Values)
        {
            (engine.DiesAfter, engine.Deaths) = (3, 1);
            engine.Refusals = 0;
        }

        // The first worker makes no more than a token, and so is not lost, before the other is full.
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int tokens = 0;
        foreach (ScriptedEngine engine in cluster.Engines.Values)
        {
            engine.Gate = () => ++tokens == 1 ? Task.CompletedTask : full.Task;
        }

        GenerateRequest request = ScriptedCluster.Request("r", ScriptedCluster.Prompt(6, 40));
        await using IAsyncEnumerator<GenerationEvent> stream = cluster.Run(request).GetAsyncEnumerator();
        (await stream.MoveNextAsync()).Should().BeTrue();
        var events = new List<GenerationEvent> { stream.Current };
        ScriptedEngine other = cluster.Engines.Values.Single(engine => engine.Received.IsEmpty);
        (other.Refuses, other.Refusals) = (Outcome.QueueFull, RequestGrain.AttemptsMax + 2);
        full.SetResult();

        while (await stream.MoveNextAsync())
        {
            events.Add(stream.Current);
        }

        events.SelectMany(item => item.Tokens).Should().Equal(ScriptedEngine.Whole(request, 0));

        foreach (ScriptedEngine engine in cluster.Engines.Values)
        {
            (engine.Refuses, engine.Refusals) = (Outcome.QueueFull, int.MaxValue);
        }

        (await cluster.RunToEndAsync(request with { RequestId = "new" })).Should().ContainSingle().Which.Failure.Should().Be(Outcome.QueueFull);
    }
}
