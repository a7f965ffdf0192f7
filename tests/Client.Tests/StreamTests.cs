using Preble.Client.Tests.Hosting;

namespace Preble.Client.Tests;

[Collection(Served.Name)]
public sealed class StreamTests(Served served)
{
    private static readonly CompletionRequest Several = new()
    {
        Model = "demo",
        Prompts = ["Tavo lives in", "The port of zelu is 17. Where is it?"],
        Choices = 2,
        Temperature = 1,
        Seed = 5,
        MaxTokens = 20,
        OtherFields = new() { ["ignore_eos"] = true },
    };

    [Fact]
    public async Task OneStreamHasThePiecesOfAllPromptsAndTheUsageAtItsEnd()
    {
        GenerationResult whole = await served.Client.CompleteAsync(Several);

        List<GenerationDelta> deltas = await served.Client.StreamCompletionAsync(Several).ToListAsync();

        for (int choice = 0; choice < 4; choice++)
        {
            GenerationDelta[] own = [.. deltas.Where(delta => delta.Choice == choice)];
            string.Concat(own.Select(delta => delta.Text)).Should().Be(whole.Choices[choice].Text);
            own.SelectMany(delta => delta.Tokens).Should().Equal(whole.Choices[choice].Tokens);
            own.SkipLast(1).Should().OnlyContain(delta => delta.FinishReason == null);
            own[^1].FinishReason.Should().Be(whole.Choices[choice].FinishReason);
        }

        deltas.SkipLast(1).Should().OnlyContain(delta => delta.Usage == null);
        deltas[^1].Usage!.CompletionTokens.Should().Be(whole.Usage.CompletionTokens);
        deltas.Select(delta => delta.RequestId).Distinct().Should().HaveCount(2, "every prompt is a request");
    }

    [Fact]
    public async Task CachedTokensCountOncePerPrompt()
    {
        CompletionRequest request = Several with { CacheSalt = Guid.NewGuid().ToString(), Prompts = [string.Join(' ', Enumerable.Repeat("Tavo lives in Pemor.", 20))] };
        (await served.Client.CompleteAsync(request)).Usage.CachedTokens.Should().BeLessThan(16);

        TokenUsage usage = (await served.Client.CompleteAsync(request)).Usage;

        usage.CachedTokens.Should().BeInRange(usage.PromptTokens - 16, usage.PromptTokens - 1);
    }

    [Fact]
    public async Task NothingRunsBeforeAStreamIsRead()
    {
        IAsyncEnumerable<GenerationDelta> stream = served.Client.StreamCompletionAsync(Several with { Model = "none" });
        Func<Task> read = async () => await stream.ToListAsync();
        await read.Should().ThrowAsync<PrebleException>();
    }

    [Fact]
    public async Task LeavingALoopEarlyFreesTheWorker()
    {
        await using ClientHost host = await ClientHost.StartAsync(("Preble:Workers", "1"));
        await foreach (GenerationDelta delta in host.Client.StreamCompletionAsync(Endless))
        {
            delta.Tokens.Should().NotBeEmpty();
            break;
        }

        await IsFreeAsync(host);
    }

    [Fact]
    public async Task CancellingEndsTheLoopAndFreesTheWorker()
    {
        await using ClientHost host = await ClientHost.StartAsync(("Preble:Workers", "1"));
        using var stop = new CancellationTokenSource();
        Func<Task> read = async () =>
        {
            await foreach (GenerationDelta _ in host.Client.StreamCompletionAsync(Endless).WithCancellation(stop.Token))
            {
                await stop.CancelAsync();
            }
        };

        await read.Should().ThrowAsync<OperationCanceledException>();

        await IsFreeAsync(host);
    }

    [Fact]
    public async Task CancellingAWholeCallFreesTheWorker()
    {
        await using ClientHost host = await ClientHost.StartAsync(("Preble:Workers", "1"));
        using var stop = new CancellationTokenSource();
        Task<GenerationResult> call = host.Client.CompleteAsync(Endless, stop.Token);
        await Eventually.HoldsAsync(async () => (await host.Client.ClusterStatusAsync()).Models[0].Workers[0].Live > 0);

        await stop.CancelAsync();

        await call.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
        await IsFreeAsync(host);
    }

    /// <summary>More than the worker could end before who reads it has had the first word, however slow that is.</summary>
    private static CompletionRequest Endless => Several with { Choices = 32, MaxTokens = 1000 };

    private static Task IsFreeAsync(ClientHost host) => Eventually.HoldsAsync(async () =>
        (await host.Client.ClusterStatusAsync()).Models[0].Workers[0] is { Live: 0, PagesHeld: 0 });
}
