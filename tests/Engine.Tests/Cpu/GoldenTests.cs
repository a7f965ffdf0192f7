using Preble.Core.Serving;
using Preble.Engine.Cpu;
using Preble.Engine.Tests.Support;

namespace Preble.Engine.Tests.Cpu;

/// <summary>The bundled model against an independent PyTorch implementation.</summary>
public sealed class GoldenTests
{
    private const double LogitTolerance = 2e-2;

    public static TheoryData<string> KernelSets => ["avx512", "avx2", "portable"];

    [SkippableTheory]
    [MemberData(nameof(KernelSets))]
    public void LogitsAgreeWithTheReferenceAtEveryPrompt(string kernelSet)
    {
        Hardware.SkipWithout(kernelSet);
        using CpuModel model = CpuModel.Load(Demo.Folder, new CpuOptions { KernelSet = kernelSet });
        using var pass = new CpuForwardPass(model, 64, 16, 1);
        double worst = 0;
        foreach (ReferencePrompt prompt in Demo.Prompts)
        {
            float[] logits = Sequences.Logits(pass, prompt.PromptIds);
            worst = Math.Max(worst, logits.Zip(prompt.LastLogits, (a, b) => Math.Abs((double)a - b)).Max());
            Sequences.ArgMax(logits).Should().Be(Sequences.ArgMax(prompt.LastLogits));
        }

        worst.Should().BeLessThan(LogitTolerance);
    }

    [Fact]
    public void GreedyTextIsThatOfTheReferenceForAllPromptsInOneBatch()
    {
        using CpuModel model = CpuModel.Load(Demo.Folder, new CpuOptions());
        using var pass = new CpuForwardPass(model, 40 * 64, 16, 2);
        int end = model.Config.EosTokenIds.Should().ContainSingle().Subject;
        List<int>[] output = [.. Demo.Prompts.Select(_ => new List<int>())];
        int[][] pages = [.. Demo.Prompts.Select((_, i) => Sequences.Pages(1024, i * 64))];
        List<int> running = [.. Enumerable.Range(0, Demo.Prompts.Count)];

        BatchEntry[] batch = [.. running.Select(i => new BatchEntry(Demo.Prompts[i].PromptIds, 0, pages[i], true))];
        while (running.Count > 0)
        {
            pass.Forward(batch);
            List<int> ended = [];
            for (int slot = 0; slot < running.Count; slot++)
            {
                int i = running[slot];
                int token = Sequences.ArgMax(pass.Logits(slot));
                if (token != end)
                {
                    output[i].Add(token);
                }

                if (token == end || output[i].Count == 48)
                {
                    ended.Add(i);
                }
            }

            running.RemoveAll(ended.Contains);
            batch = [.. running.Select(i => new BatchEntry(
                new[] { output[i][^1] }, Demo.Prompts[i].PromptIds.Length + output[i].Count - 1, pages[i], true))];
        }

        for (int i = 0; i < output.Length; i++)
        {
            output[i].Should().Equal(Demo.Prompts[i].GreedyIds);
        }
    }
}
