using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests;

public sealed class WorkerGrainTests
{
    [Fact]
    public async Task AWorkerWhoseEngineIsNotHereIsLost()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);
        var events = new List<GenerationEvent>();

        await foreach (GenerationEvent item in cluster.Grains.GetGrain<IWorkerGrain>("elsewhere").GenerateAsync(ScriptedCluster.Request("r", [1]), default))
        {
            events.Add(item);
        }

        events.Should().ContainSingle().Which.Failure.Should().Be(Outcome.WorkerLost);
    }

    [Fact]
    public async Task RequestsOfOneWorkerInterleave()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);
        ScriptedEngine engine = cluster.Engines["w0"];
        var release = new TaskCompletionSource();
        var bothOpen = new TaskCompletionSource();
        engine.Gate = () =>
        {
            if (engine.Open == 2)
            {
                bothOpen.TrySetResult();
            }

            return release.Task;
        };

        Task<List<GenerationEvent>> first = cluster.RunToEndAsync(ScriptedCluster.Request("a", [1, 2, 3]));
        Task<List<GenerationEvent>> second = cluster.RunToEndAsync(ScriptedCluster.Request("b", [1, 2, 3]));
        await bothOpen.Task;
        release.SetResult();

        (await first).Should().HaveCount(8);
        (await second).Should().HaveCount(8);
    }
}
