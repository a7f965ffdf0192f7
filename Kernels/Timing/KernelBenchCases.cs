using Preble.Kernels.Checking;
using Preble.Kernels.Driver;
using Preble.Kernels.Ops;
using Preble.Kernels.Products;

namespace Preble.Kernels.Timing;

/// <summary>Every op for the shapes of one model.</summary>
internal static class KernelBenchCases
{
    private const int Half = sizeof(ushort);

    /// <summary>Of a table of which each set of buffers has its own.</summary>
    private const int TableRowsMax = 8192;

    /// <summary>Of a row of logits, and how far they may stand out.</summary>
    private const int LikelyTokens = 100;
    private const float LikelyBy = 12;

    internal static IEnumerable<KernelBenchCase> Of(BenchShapes s)
    {
        foreach ((int batch, int context) in s.Decodes)
        {
            yield return AttentionBench.Decode(s, batch, context);
        }

        foreach ((int cached, int added) in s.Prefills)
        {
            yield return AttentionBench.Prefill(s, cached, added);
        }

        // Few sequences are decoded by products of few rows.
        foreach (int m in s.Decodes.Select(decode => decode.Batch).Append(s.Tokens).Distinct().Order())
        {
            KernelBenchCase[] products =
            [
                .. Gemms(s, "qkv", m, s.RowWidth, s.Hidden), .. Gemms(s, "attention out", m, s.Hidden, s.Heads * s.HeadDim),
                .. Gemms(s, "gate and up", m, 2 * s.Inner, s.Hidden), .. Gemms(s, "down", m, s.Hidden, s.Inner),
            ];
            foreach (KernelBenchCase one in products)
            {
                yield return one;
            }
        }

        foreach (int m in new[] { s.Batch, s.Tokens })
        {
            KernelBenchCase[] ops =
            [
                RmsNorm(s, m), SiluMultiply(s, m), AddBias(s, m), Embed(s, m), AttentionBench.RopeStore(s, m),
            ];
            foreach (KernelBenchCase one in ops)
            {
                yield return one;
            }
        }

        foreach (KernelBenchCase one in Gemms(s, "logits", s.Batch, s.Vocabulary, s.Hidden, isSingle: true))
        {
            yield return one;
        }

        yield return Greedy(s);
        yield return Draw(s);
    }

    /// <summary>A product by this project's kernel, and by cuBLAS.</summary>
    private static KernelBenchCase[] Gemms(BenchShapes s, string which, int m, int n, int k, bool isSingle = false)
    {
        string name = $"{s.Name} {which}: M {m}, N {n}, K {k}";
        KernelWork work = KernelWork.Gemm(m, n, k, isSingle);
        return
        [
            new("gemm", name, work, run => Multiply(run, new KernelProduct(run.Op(device => new GemmOp(device)), run.Stream))),
            new("cublas", name, work, run => run.Cublas is { } cublas ? Multiply(run, cublas) : null),
        ];

        Action Multiply(BenchRun run, IMatrixProduct product)
        {
            (DevicePointer a, DevicePointer w) = (run.Random((long)m * k * Half), run.Random((long)n * k * Half));
            DevicePointer output = run.Empty((long)m * n * (isSingle ? sizeof(float) : Half));
            return () => product.Multiply(a, w, output, isSingle, m, n, k);
        }
    }

    private static KernelBenchCase RmsNorm(BenchShapes s, int tokens) =>
        new("rms-norm", $"{s.Name}: {tokens} tokens, width {s.Hidden}", KernelWork.RmsNorm(tokens, s.Hidden), run =>
        {
            RmsNormOp op = run.Op(device => new RmsNormOp(device));
            DevicePointer residual = run.With(run.Values.Singles((long)tokens * s.Hidden));
            DevicePointer delta = run.Random((long)tokens * s.Hidden * Half);
            DevicePointer gain = run.With(run.Values.Singles(s.Hidden));
            DevicePointer output = run.Empty((long)tokens * s.Hidden * Half);
            return () => op.Run(run.Stream, residual, delta, gain, 1e-5f, output, tokens, s.Hidden);
        });

    private static KernelBenchCase SiluMultiply(BenchShapes s, int tokens) =>
        new("silu-multiply", $"{s.Name}: {tokens} tokens, width {s.Inner}", KernelWork.SiluMultiply(tokens, s.Inner), run =>
        {
            SiluMultiplyOp op = run.Op(device => new SiluMultiplyOp(device));
            DevicePointer gateUp = run.Random(2L * tokens * s.Inner * Half);
            DevicePointer output = run.Empty((long)tokens * s.Inner * Half);
            return () => op.Run(run.Stream, gateUp, output, tokens, s.Inner);
        });

    private static KernelBenchCase AddBias(BenchShapes s, int tokens) =>
        new("add-bias", $"{s.Name}: {tokens} tokens, width {s.RowWidth}", KernelWork.AddBias(tokens, s.RowWidth), run =>
        {
            AddBiasOp op = run.Op(device => new AddBiasOp(device));
            DevicePointer x = run.Random((long)tokens * s.RowWidth * Half);
            DevicePointer bias = run.With(run.Values.Singles(s.RowWidth, 0, 1e-6f));
            return () => op.Run(run.Stream, x, bias, tokens, s.RowWidth);
        });

    private static KernelBenchCase Embed(BenchShapes s, int tokens) =>
        new("embed", $"{s.Name}: {tokens} tokens, width {s.Hidden}", KernelWork.Embed(tokens, s.Hidden), run =>
        {
            int rows = Math.Min(s.Vocabulary, TableRowsMax);
            EmbedOp op = run.Op(device => new EmbedOp(device));
            DevicePointer ids = run.With<int>([.. Enumerable.Range(0, tokens).Select(_ => run.Values.Below(rows))]);
            DevicePointer table = run.Random((long)rows * s.Hidden * Half);
            DevicePointer output = run.Empty((long)tokens * s.Hidden * sizeof(float));
            return () => op.Run(run.Stream, ids, table, output, tokens, s.Hidden);
        });

    private static KernelBenchCase Greedy(BenchShapes s) =>
        new("sample", $"{s.Name}: {s.Batch} rows, vocabulary {s.Vocabulary}, greedy", KernelWork.Sample(s.Batch, s.Vocabulary), run =>
        {
            DevicePointer logits = run.With(Logits(run.Values, s));
            return Sample(run, s, logits, new SampleChoice { TopP = 1 });
        });

    /// <summary>A draw overwrites its logits: they are copied before, which is timed and counted with it.</summary>
    private static KernelBenchCase Draw(BenchShapes s) =>
        new("sample", $"{s.Name}: {s.Batch} rows, vocabulary {s.Vocabulary}, top_k 50, top_p 0.9, and a copy of the logits", DrawWork(s), run =>
        {
            long rowBytes = (long)s.Vocabulary * sizeof(float);
            DevicePointer source = run.With(Logits(run.Values, s));
            DevicePointer logits = run.Empty(rowBytes * s.Batch);
            DevicePointer rows = run.With<int>([.. Enumerable.Range(0, s.Batch)]);
            PageCopyOp copy = run.Op(device => new PageCopyOp(device));
            Action sample = Sample(run, s, logits, new SampleChoice { Uniform = run.Values.Uniform(), Temperature = 1, TopK = 50, TopP = 0.9 });
            return () =>
            {
                copy.Gather(run.Stream, rows, s.Batch, source, rowBytes * s.Batch, rowBytes, 1, logits);
                sample();
            };
        });

    private static KernelWork DrawWork(BenchShapes s) => new(
        KernelWork.Sample(s.Batch, s.Vocabulary).Bytes + KernelWork.Copy((double)s.Batch * s.Vocabulary * sizeof(float)).Bytes, 0);

    private static Action Sample(BenchRun run, BenchShapes s, DevicePointer logits, SampleChoice choice)
    {
        SampleOp op = run.Op(device => new SampleOp(device));
        DevicePointer choices = run.With<SampleChoice>([.. Enumerable.Repeat(choice, s.Batch)]);
        DevicePointer tokens = run.Empty(s.Batch * sizeof(int));
        return () => op.Run(run.Stream, logits, choices, DevicePointer.Null, tokens, s.Batch, s.Vocabulary);
    }

    /// <summary>As a trained model's: most in a hill around zero, few tokens well above.</summary>
    private static float[] Logits(Values values, BenchShapes s)
    {
        float[] logits = values.Singles((long)s.Batch * s.Vocabulary, 0, 3);
        float[] more = values.Singles(logits.Length, 0, 3);
        for (int i = 0; i < logits.Length; i++)
        {
            logits[i] += more[i] + (values.Below(s.Vocabulary) < LikelyTokens ? LikelyBy * (float)values.Uniform() : 0);
        }

        return logits;
    }
}
