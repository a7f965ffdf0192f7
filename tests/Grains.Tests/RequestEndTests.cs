using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests;

/// <summary>What becomes of a request that has said all.</summary>
public sealed class RequestEndTests
{
    /// <summary>A client that reads to the end must not wait for a scheduler that has nothing to tell it any more.</summary>
    [Fact]
    public async Task TheEndOfAStreamDoesNotWaitForASchedulerThatDoesNotAnswer()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);
        var go = new TaskCompletionSource();
        int tokens = 0;
        cluster.Engines["w0"].Gate = () => ++tokens == 1 ? Task.CompletedTask : go.Task;
        GenerateRequest request = ScriptedCluster.Request("r", ScriptedCluster.Prompt(11, 40));
        await using IAsyncEnumerator<GenerationEvent> events = cluster.Run(request).GetAsyncEnumerator();
        (await events.MoveNextAsync()).Should().BeTrue();
        await cluster.Host.LoseAsync(cluster.Scheduler);
        cluster.Beginnings.Reset();
        try
        {
            go.SetResult();
            var read = new List<GenerationEvent>();
            Task end = ReadAsync();
            await end.WaitAsync(Placer.CallLimit - TimeSpan.FromSeconds(0.5));
            read.Should().HaveCount(7).And.OnlyContain(item => item.Failure == null);

            async Task ReadAsync()
            {
                while (await events.MoveNextAsync())
                {
                    read.Add(events.Current);
                }
            }
        }
        finally
        {
            cluster.Beginnings.Set();
        }
    }

    /// <summary>Its grain is there for minutes, to be asked; long prompts would fill the memory.</summary>
    [Fact]
    public async Task ARequestThatHasEndedHoldsNothingOfItsPrompt()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);
        WeakReference prompt = await RunAsync();
        await Eventually.HoldsAsync(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Task.FromResult(!prompt.IsAlive);
        });
        (await cluster.DescribeAsync("r"))!.PromptTokens.Should().Be(40);

        async Task<WeakReference> RunAsync()
        {
            int[] tokens = ScriptedCluster.Prompt(12, 40);
            await cluster.RunToEndAsync(ScriptedCluster.Request("r", tokens));
            cluster.Engines["w0"].Received.Clear();
            return new WeakReference(tokens);
        }
    }
}
