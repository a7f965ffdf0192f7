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
        RequestDescription before = (await FindAsync(cluster, "r@a"))!;
        before.Should().Match<RequestDescription>(request => request.State == RequestState.Completed && request.Placement!.Candidates.Length == 3);
        await Eventually.HoldsAsync(async () => await RecordAsync(cluster, "b", "r@a") is { Outcome: not null });

        await cluster.Host.LoseAsync(cluster.Grains.GetGrain<IRequestGrain>("r@a"));
        await cluster.Host.LoseAsync(cluster.Scheduler);

        (await cluster.DescribeAsync("r@a")).Should().BeNull();
        (await FindAsync(cluster, "r@a")).Should().BeEquivalentTo(before);
        (await RecordAsync(cluster, "c", "r@a")).Should().BeNull("one other gateway remembers it");
        (await FindAsync(cluster, "s@a")).Should().BeNull();
    }

    [Fact]
    public async Task ARequestThatRanWhenItsGatewayWasLostHasFailed()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);
        cluster.Gateways = ["a", "b"];
        var never = new TaskCompletionSource();
        cluster.Engines["w0"].Gate = () => never.Task;
        using var stop = new CancellationTokenSource();
        await using IAsyncEnumerator<GenerationEvent> events =
            cluster.Run(ScriptedCluster.Request("r@b", ScriptedCluster.Prompt(1, 40)), stop.Token).GetAsyncEnumerator(stop.Token);
        Task<bool> first = events.MoveNextAsync().AsTask();
        await Eventually.HoldsAsync(async () => await RecordAsync(cluster, "a", "r@b") is not null);
        (await FindAsync(cluster, "r@b"))!.State.Should().Be(RequestState.Queued);

        // What remembers it is all that is left of it.
        await stop.CancelAsync();
        await first.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
        await cluster.Grains.GetGrain<IRequestRecordsGrain>(GrainKeys.Records("b")).KeepAsync([(await RecordAsync(cluster, "a", "r@b"))! with { RequestId = "r2@a" }]);

        RequestDescription lost = (await FindAsync(cluster, "r2@a"))!;
        (lost.State, lost.Outcome).Should().Be((RequestState.Failed, Outcome.GatewayLost));
        lost.Message.Should().Contain("'a'");
        lost.Placement!.WorkerId.Should().Be("w0");
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

    private static Task<RequestDescription?> FindAsync(ScriptedCluster cluster, string id) => cluster.Grains.GetGrain<IRequestLookupGrain>("any").FindAsync(id);

    private static Task<RequestDescription?> RecordAsync(ScriptedCluster cluster, string gateway, string id) =>
        cluster.Grains.GetGrain<IRequestRecordsGrain>(GrainKeys.Records(gateway)).FindAsync(id);
}
