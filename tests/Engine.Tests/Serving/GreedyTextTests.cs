using Preble.Engine.Cpu;
using Preble.Engine.Tests.Support;

namespace Preble.Engine.Tests.Serving;

/// <summary>Greedy text is that of the independent reference whatever the circumstances.</summary>
public sealed class GreedyTextTests : IDisposable
{
    private static readonly int[][] Prompts = [.. Demo.Prompts.Select(prompt => prompt.PromptIds)];
    private static readonly string[] Expected = [.. Demo.Prompts.Select(prompt => prompt.GreedyText)];
    private readonly CpuModel _model = CpuModel.Load(Demo.Folder, new CpuOptions());

    [Fact]
    public void AloneOneAfterTheOther()
    {
        using var run = new ServingRun(_model);
        Prompts.Select(prompt => run.Run([prompt])[0]).Should().Equal(Expected);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(32)]
    [InlineData(64)]
    public void InBatchesOfAnySize(int running)
    {
        using var run = new ServingRun(_model, running: running);
        run.Run(Prompts).Should().Equal(Expected);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(33)]
    [InlineData(100)]
    [InlineData(100_000)]
    public void InChunksOfAnySizeOrWhole(int stepTokens)
    {
        using var run = new ServingRun(_model, stepTokens: stepTokens);
        run.Run(Prompts).Should().Equal(Expected);
    }

    [Fact]
    public void CachedOrNot()
    {
        using var cached = new ServingRun(_model);
        cached.Run(Prompts).Should().Equal(Expected);
        int before = cached.CachedTokens;
        cached.Run(Prompts).Should().Equal(Expected);
        (cached.CachedTokens - before).Should().BeGreaterThan(Prompts.Sum(prompt => prompt.Length) * 9 / 10);

        using var uncached = new ServingRun(_model, cached: false);
        uncached.Run(Prompts).Should().Equal(Expected);
        uncached.CachedTokens.Should().Be(0);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(80)]
    [InlineData(150)]
    public void WithSoFewPagesThatTheyAreEvictedAllTheTime(int pages)
    {
        using var run = new ServingRun(_model, pages: pages);
        for (int round = 0; round < 2; round++)
        {
            run.Run(Prompts).Should().Equal(Expected);
        }
    }

    [Fact]
    public void AfterPreemption()
    {
        // Short prompts that fit together, but not with what they produce.
        int[] shortest = [.. Enumerable.Range(0, Prompts.Length).OrderBy(index => Prompts[index].Length).Take(8)];
        int pages = shortest.Sum(index => (Prompts[index].Length + 15) / 16);
        using var run = new ServingRun(_model, pages: Math.Max(pages, 4), cached: false);

        run.Run(shortest.Select(index => Prompts[index])).Should().Equal(shortest.Select(index => Expected[index]));

        run.Preemptions.Should().BePositive();
    }

    [SkippableTheory]
    [InlineData("avx512", 1)]
    [InlineData("avx2", 1)]
    [InlineData("avx2", 2)]
    [InlineData("portable", 2)]
    public void WithAnyKernelsAndThreads(string kernelSet, int threads)
    {
        Hardware.SkipWithout(kernelSet);
        using CpuModel model = CpuModel.Load(Demo.Folder, new CpuOptions { KernelSet = kernelSet });
        using var run = new ServingRun(model, threads: threads);
        int count = kernelSet == "portable" ? 6 : Prompts.Length;
        run.Run(Prompts.Take(count)).Should().Equal(Expected.Take(count));
    }

    [Fact]
    public void InAnyQueueOrder()
    {
        using var run = new ServingRun(_model, running: 4, order: "fcfs");
        run.Run(Prompts).Should().Equal(Expected);
    }

    public void Dispose() => _model.Dispose();
}
