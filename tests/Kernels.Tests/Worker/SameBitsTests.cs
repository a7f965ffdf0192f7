using Preble.Core.Serving;
using Preble.Engine.Tests.Support;
using Preble.Kernels.Serving;

namespace Preble.Kernels.Tests.Worker;

/// <summary>The bits of a token's logits depend on its sequence alone, and on whether the token was a decode.</summary>
public sealed class SameBitsTests : IDisposable
{
    private const int PagesEach = 20;
    private const int Decodes = 3;
    private static readonly int[][] Prompts = [.. new[] { 130, 16, 1, 47, 200, 33, 64, 5, 2 }.Select((length, index) => Tokens(length, index))];

    private readonly EmulatedWorker _worker = new();

    [Fact]
    public void AloneInBatchesInChunksAndCutAtTheLimits()
    {
        using CudaForwardPass alone = _worker.Pass(Prompts.Length * PagesEach);
        int[][] expected = [.. Enumerable.Range(0, Prompts.Length).SelectMany(index => Run(alone, [index], 1000))];
        Run(alone, [.. Enumerable.Range(0, Prompts.Length)], 1000).Should().BeEquivalentTo(expected, options => options.WithStrictOrdering());
        Run(alone, [.. Enumerable.Range(0, Prompts.Length)], 24).Should().BeEquivalentTo(expected, options => options.WithStrictOrdering());

        using var narrow = new EmulatedWorker(new CudaOptions { StepTokensMax = 100, SequencesMax = 2 });
        using CudaForwardPass cut = narrow.Pass(Prompts.Length * PagesEach);
        Run(cut, [.. Enumerable.Range(0, Prompts.Length)], 1000).Should().BeEquivalentTo(expected, options => options.WithStrictOrdering());
        narrow.ShouldBeWithoutFaults();

        using var plain = new EmulatedWorker(new CudaOptions { StepTokensMax = 512, Graphs = false });
        using CudaForwardPass unrecorded = plain.Pass(Prompts.Length * PagesEach);
        Run(unrecorded, [.. Enumerable.Range(0, Prompts.Length)], 1000).Should().BeEquivalentTo(expected, options => options.WithStrictOrdering());
        plain.ShouldBeWithoutFaults();
    }

    [Fact]
    public void LogitsAreThoseOfTheReferenceWithinRounding()
    {
        using CudaForwardPass pass = _worker.Pass(64);
        double worst = 0;
        foreach (ReferencePrompt prompt in Demo.Prompts.Where((_, index) => index % 8 == 1))
        {
            pass.Forward([new BatchEntry(prompt.PromptIds, 0, Pages(0, prompt.PromptIds.Length), true)]);
            float[] logits = pass.Logits(0).ToArray();
            double error = Math.Sqrt(logits.Zip(prompt.LastLogits, (a, b) => ((double)a - b) * ((double)a - b)).Sum());
            worst = Math.Max(worst, error / Math.Sqrt(prompt.LastLogits.Sum(x => (double)x * x)));
        }

        // Activations are rounded to 8 bits some ten times a layer.
        worst.Should().BeLessThan(0.02);
    }

    public void Dispose()
    {
        _worker.ShouldBeWithoutFaults();
        _worker.Dispose();
    }

    /// <summary>Bits of all logits, sequence by sequence: after the prompt, then after each decode.</summary>
    private static IEnumerable<int[]> Run(CudaForwardPass pass, int[] sequences, int chunk)
    {
        List<int[]>[] bits = [.. sequences.Select(_ => new List<int[]>())];
        for (int start = 0; start < sequences.Max(index => Prompts[index].Length); start += chunk)
        {
            Step(sequence => start < Prompts[sequence].Length ? (start, Prompts[sequence].AsMemory(start, Math.Min(chunk, Prompts[sequence].Length - start))) : null);
        }

        for (int step = 0; step < Decodes; step++)
        {
            Step(sequence => (Prompts[sequence].Length + step, new[] { 5 + step + sequence }));
        }

        return bits.SelectMany(of => of);

        void Step(Func<int, (int Start, ReadOnlyMemory<int> Tokens)?> next)
        {
            (int At, int Start, ReadOnlyMemory<int> Tokens)[] parts =
            [
                .. sequences.Select((sequence, at) => (At: at, Next: next(sequence))).Where(part => part.Next is not null)
                    .Select(part => (part.At, part.Next!.Value.Start, part.Next.Value.Tokens)),
            ];
            bool Wants(int at, int end) => end >= Prompts[sequences[at]].Length;
            pass.Forward([.. parts.Select(part => new BatchEntry(
                part.Tokens, part.Start, Pages(sequences[part.At] * PagesEach, part.Start + part.Tokens.Length), Wants(part.At, part.Start + part.Tokens.Length)))]);
            for (int i = 0; i < parts.Length; i++)
            {
                if (Wants(parts[i].At, parts[i].Start + parts[i].Tokens.Length))
                {
                    bits[parts[i].At].Add([.. pass.Logits(i).ToArray().Select(BitConverter.SingleToInt32Bits)]);
                }
            }
        }
    }

    private static int[] Pages(int first, int tokens) => [.. Enumerable.Range(first, (tokens + 15) / 16)];

    private static int[] Tokens(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(768))];
    }
}
