using Preble.Engine.Tests.Serving;
using Preble.Engine.Tests.Support;

namespace Preble.Kernels.Tests.Worker;

/// <summary>Greedy text on a GPU is that of the independent reference, and so the CPU's, whatever the circumstances.</summary>
public sealed class GreedyTextTests : IDisposable
{
    private const int PagesOfAll = 2048;
    private static readonly int[][] Prompts = [.. Demo.Prompts.Select(prompt => prompt.PromptIds)];
    private static readonly string[] Expected = [.. Demo.Prompts.Select(prompt => prompt.GreedyText)];

    // Of all kinds and lengths.
    private static readonly int[] Some = [.. Enumerable.Range(0, Prompts.Length).Where(index => index % 7 == 3)];

    private readonly EmulatedWorker _worker = new();

    [Fact]
    public void OfAllPromptsInOneBatch()
    {
        using var run = new ServingRun(_worker.Pass(PagesOfAll));
        run.Run(Prompts).Should().Equal(Expected);
    }

    [Fact]
    public void AloneOneAfterTheOther()
    {
        using var run = new ServingRun(_worker.Pass(256));
        Some.Select(index => run.Run([Prompts[index]])[0]).Should().Equal(Some.Select(index => Expected[index]));
    }

    [Theory]
    [InlineData(2, 512)]
    [InlineData(64, 16)]
    [InlineData(64, 33)]
    [InlineData(64, 100)]
    [InlineData(64, 100_000)]
    public void InBatchesOfAnySizeAndChunksOfAnySizeOrWhole(int running, int stepTokens)
    {
        using var run = new ServingRun(_worker.Pass(1024), stepTokens, running);
        run.Run(Some.Select(index => Prompts[index])).Should().Equal(Some.Select(index => Expected[index]));
    }

    [Fact]
    public void CachedOrNot()
    {
        using var cached = new ServingRun(_worker.Pass(1024));
        cached.Run(Some.Select(index => Prompts[index])).Should().Equal(Some.Select(index => Expected[index]));
        int before = cached.CachedTokens;
        cached.Run(Some.Select(index => Prompts[index])).Should().Equal(Some.Select(index => Expected[index]));
        (cached.CachedTokens - before).Should().BeGreaterThan(Some.Sum(index => Prompts[index].Length) * 9 / 10);

        using var uncached = new ServingRun(_worker.Pass(1024), cached: false);
        uncached.Run(Some.Select(index => Prompts[index])).Should().Equal(Some.Select(index => Expected[index]));
        uncached.CachedTokens.Should().Be(0);
    }

    [Fact]
    public void AfterPreemption()
    {
        // Short prompts that fit together, but not with what they produce.
        int[] shortest = [.. Enumerable.Range(0, Prompts.Length).OrderBy(index => Prompts[index].Length).Take(8)];
        int pages = shortest.Sum(index => (Prompts[index].Length + 15) / 16);
        using var run = new ServingRun(_worker.Pass(pages), cached: false);
        run.Run(shortest.Select(index => Prompts[index])).Should().Equal(shortest.Select(index => Expected[index]));
        run.Preemptions.Should().BePositive();
    }

    public void Dispose()
    {
        _worker.ShouldBeWithoutFaults();
        _worker.Dispose();
    }
}
