using Preble.Engine.Tests.Serving;
using Preble.Engine.Tests.Support;

namespace Preble.Kernels.Tests.Worker;

/// <summary>Greedy text on a GPU is that of the independent reference, and so the CPU's, whatever the circumstances.</summary>
public sealed class GreedyTextTests : IDisposable
{
    private const int PagesOfAll = 2048;
    private static readonly int[][] Prompts = [.. Demo.Prompts.Select(prompt => prompt.PromptIds)];
    private static readonly string[] Expected = [.. Demo.Prompts.Select(prompt => prompt.GreedyText)];

    private readonly EmulatedWorker _worker = new();

    [Fact]
    public void OfAllPromptsInOneBatch()
    {
        using var run = new ServingRun(_worker.Pass(PagesOfAll));
        run.Run(Prompts).Should().Equal(Expected);
    }

    public void Dispose()
    {
        _worker.ShouldBeWithoutFaults();
        _worker.Dispose();
    }
}
