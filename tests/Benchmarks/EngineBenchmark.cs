using System.Globalization;
using Preble.Core.Serving;
using Preble.Engine.Cpu;
using Preble.Engine.Diagnostics;

namespace Preble.Benchmarks;

/// <summary>
/// Prefill and decode of the CPU engine, beside what the machine can do at most: prefill against its multiply-add rate, decode against its memory
/// rate (a model that fits into the caches can exceed it).
/// </summary>
internal static class EngineBenchmark
{
    private const int PageTokens = 16;

    /// <summary>A model of 162 million parameters, whose weights no cache holds.</summary>
    private static readonly RandomModelShape Bigger = new()
    {
        VocabularySize = 32_000,
        HiddenSize = 1024,
        IntermediateSize = 2816,
        Layers = 12,
        Heads = 16,
        KeyValueHeads = 4,
        HeadDim = 64,
        ContextTokensMax = 4096,
        TiedEmbeddings = true,
    };

    /// <summary>Runs everything.</summary>
    /// <param name="demoFolder">Folder of the bundled model.</param>
    /// <param name="output">Where the table goes.</param>
    /// <param name="clock">Time.</param>
    /// <param name="quick">A smaller model and single repeats, to see that it runs.</param>
    internal static void Run(string demoFolder, TextWriter output, TimeProvider clock, bool quick)
    {
        RandomModelShape bigger = quick ? Bigger with { Layers = 1, HiddenSize = 256, IntermediateSize = 256, VocabularySize = 1000 } : Bigger;
        using RandomModelFolder folder = RandomModelFolder.Create(bigger);
        using CpuModel demo = CpuModel.Load(demoFolder, new CpuOptions());
        using CpuModel big = CpuModel.Load(folder.Path, new CpuOptions());
        foreach (int threads in quick ? [1] : new[] { 1, Environment.ProcessorCount }.Distinct())
        {
            MachineRates machine = MachineRates.Measure(clock, threads);
            Line(output, $"{threads} threads, {machine.KernelSet}: {machine.GigaFlops:F0} GFLOP/s");
            Line(output, $"  memory: read {machine.ReadGigabytes:F1} GB/s, copy {machine.CopyGigabytes:F1} GB/s");
            foreach ((string name, CpuModel model) in new[] { ("demo", demo), ($"{Parameters(big) / 1e6:F0}M", big) })
            {
                Measure(output, clock, name, model, threads, machine, quick ? 1 : 5);
            }
        }
    }

    /// <summary>
    /// Floating-point operations that a pass does for tokens at positions [cached, cached + tokens) with logits for the last: all of every layer, but
    /// of the last one only queries, keys and values for all tokens and the rest for the last token.
    /// </summary>
    internal static double Operations(CpuModel model, int cached, int tokens)
    {
        var c = model.Config;
        double projection = 2.0 * c.HiddenSize * c.HeadDim * (c.Heads + (2.0 * c.KeyValueHeads));
        double rest = (2.0 * c.HiddenSize * c.HeadDim * c.Heads) + (6.0 * c.HiddenSize * c.IntermediateSize);
        double attention = 4.0 * c.Heads * c.HeadDim;
        double pairs = tokens * (cached + ((tokens + 1) / 2.0));
        return (c.Layers * tokens * projection)
            + ((c.Layers - 1) * ((tokens * rest) + (pairs * attention)))
            + rest + ((cached + tokens) * attention) + (2.0 * c.HiddenSize * c.VocabularySize);
    }

    private static double Parameters(CpuModel model) => model.WeightBytes / 2.0;

    private static void Measure(TextWriter output, TimeProvider clock, string name, CpuModel model, int threads, MachineRates machine, int repeats)
    {
        const int context = 512;
        const int sequences = 32;
        int pagesEach = (context / PageTokens) + 2;
        using var pass = new CpuForwardPass(model, pagesEach * sequences, PageTokens, threads);
        int[][] pages = [.. Enumerable.Range(0, sequences).Select(s => Enumerable.Range(s * pagesEach, pagesEach).ToArray())];
        int[] tokens = [.. Enumerable.Range(0, context).Select(i => i * 7919 % pass.VocabularySize)];

        foreach (int length in new[] { 64, 256, 512 })
        {
            BatchEntry[] batch = [new(tokens.AsMemory(0, length), 0, pages[0], true)];
            double seconds = Best(clock, pass, batch, repeats);
            double rate = Operations(model, 0, length) / seconds / 1e9;
            double share = rate / machine.GigaFlops;
            Line(output, $"  {name,5} prefill {length,4} tokens: {length / seconds,9:F0} tok/s, {rate,6:F1} GFLOP/s, {share:P0} of the peak");
        }

        for (int s = 0; s < sequences; s++)
        {
            pass.Forward([new(tokens, 0, pages[s], false)]);
        }

        foreach (int count in new[] { 1, 8, 32 })
        {
            BatchEntry[] batch = [.. Enumerable.Range(0, count).Select(s => new BatchEntry(tokens.AsMemory(s, 1), context, pages[s], true))];
            double seconds = Best(clock, pass, batch, repeats * 4);
            double bytes = model.WeightBytes + ((double)count * context * model.KeyValueBytesPerToken);
            double rate = count * Operations(model, context, 1) / seconds / 1e9;
            double share = rate / machine.GigaFlops;
            double read = bytes / seconds / 1e9;
            Line(output, $"  {name,5} decode batch {count,2} at {context}: {count / seconds,8:F0} tok/s, {rate,6:F1} GFLOP/s, {share:P0} of the peak");
            Line(output, $"  {"",28}{read,6:F1} GB/s, {read / machine.ReadGigabytes:P0} of reading");
        }
    }

    private static double Best(TimeProvider clock, CpuForwardPass pass, BatchEntry[] batch, int repeats)
    {
        pass.Forward(batch);
        double best = double.PositiveInfinity;
        for (int i = 0; i < repeats; i++)
        {
            long start = clock.GetTimestamp();
            pass.Forward(batch);
            best = Math.Min(best, clock.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    private static void Line(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
