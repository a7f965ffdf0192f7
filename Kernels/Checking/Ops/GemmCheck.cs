using Preble.Kernels.Checking.References;
using Preble.Kernels.Driver;
using Preble.Kernels.Ops;
using Preble.Kernels.Products;

namespace Preble.Kernels.Checking.Ops;

/// <summary>a w^T on tensor cores, by this project's kernel and by cuBLAS: sums in float, rounded once where the result is bfloat16.</summary>
internal static class GemmCheck
{
    /// <summary>Multiply-adds of the reference at most; of a larger product some rows and columns are compared.</summary>
    private const long MultiplyAddsMax = 2_000_000_000;

    /// <summary>By this project's kernel.</summary>
    internal static IEnumerable<CheckCase> Own(CheckSize size, Values chance) =>
        Cases("gemm", run => new KernelProduct(run.Op(device => new GemmOp(device)), run.Stream), size, [1, 8, 64, 8192], chance);

    /// <summary>By cuBLAS, with the layouts and types that it is asked for.</summary>
    internal static IEnumerable<CheckCase> Cublas(CheckSize size, Values chance) => Cases("cublas", run => run.Cublas(), size, [64, 8192], chance);

    private static IEnumerable<CheckCase> Cases(string op, Func<CheckRun, IMatrixProduct> product, CheckSize size, int[] largeRows, Values chance)
    {
        foreach (int m in new[] { 1, 2, 15, 16, 17, 33, 64, 65, 128, 130 })
        {
            // Widths and depths go round, so that every number of rows meets another tail.
            yield return Case(m, 8 * (1 + (m * 5 % 23)), 8 * (1 + (m * 3 % 19)), isSingle: m % 2 == 0);
        }

        yield return Case(1, 8, 8, isSingle: true);
        yield return Case(5, 768, 192, isSingle: true);
        yield return Case(70, 200, 512, isSingle: false);

        // Tiles that the shapes above do not choose, with more slices than their rings have.
        foreach (bool isSingle in new[] { false, true })
        {
            yield return Case(21, 40, 456, isSingle);
            yield return Case(40, 72, 584, isSingle);
            yield return Case(40, 264, 456, isSingle);
            yield return Case(130, 264, 264, isSingle);
        }

        for (int i = 0; i < 3; i++)
        {
            yield return Case(1 + chance.Below(150), 8 * (1 + chance.Below(40)), 8 * (1 + chance.Below(40)), isSingle: i == 0);
        }

        if (size == CheckSize.Large)
        {
            foreach (int m in largeRows)
            {
                yield return Case(m, 6144, 4096, isSingle: false);
                yield return Case(m, 28_672, 4096, isSingle: false);
                yield return Case(m, 4096, 14_336, isSingle: false);
            }

            yield return Case(64, 128_256, 4096, isSingle: true);
            yield return Case(300, 1000, 4104, isSingle: true);
        }

        CheckCase Case(int m, int n, int k, bool isSingle) =>
            new(op, $"M {m}, N {n}, K {k}, {(isSingle ? "f32" : "bf16")}", run => Check(run, product(run), m, n, k, isSingle));
    }

    private static void Check(CheckRun run, IMatrixProduct product, int m, int n, int k, bool isSingle)
    {
        ushort[] a = run.Values.Bf16s((long)m * k);
        ushort[] w = run.Values.Bf16s((long)n * k);
        CheckedArray<ushort>? rounded = isSingle ? null : run.Output<ushort>("out", (long)m * n);
        CheckedArray<float>? singles = isSingle ? run.Output<float>("out", (long)m * n) : null;
        CheckedBuffer output = (CheckedBuffer?)rounded ?? singles!;
        (DevicePointer left, DevicePointer right) = (run.Input("a", a).Pointer, run.Input("w", w).Pointer);
        product.Multiply(left, right, output.Pointer, isSingle, m, n, k);
        ushort[] halves = rounded?.Read() ?? [];
        float[] got = singles?.Read() ?? [];
        Rows.Whole(run, "out", halves);
        Rows.Whole(run, "out", got);
        Compare(run, isSingle ? Tolerances.Sum(k) : Tolerances.Rounded + Tolerances.Sum(k), a, w, m, n, k, i => isSingle ? got[i] : Bf16.ToSingle(halves[i]));
    }

    private static void Compare(CheckRun run, double tolerance, ushort[] a, ushort[] w, int m, int n, int k, Func<int, float> got)
    {
        IReadOnlyList<int> rows = Rows.Some(run.Values, m, 32);
        IReadOnlyList<int> columns = Rows.Some(run.Values, n, MultiplyAddsMax / ((long)rows.Count * k));
        double[][] left = [.. rows.Select(row => DoubleMath.Widen(a.AsSpan(row * k, k)))];
        var want = new double[rows.Count, columns.Count];
        Parallel.For(0, columns.Count, c =>
        {
            double[] right = DoubleMath.Widen(w.AsSpan(columns[c] * k, k));
            for (int r = 0; r < rows.Count; r++)
            {
                want[r, c] = DoubleMath.Dot(left[r], right);
            }
        });

        ErrorMeter meter = run.Meter(tolerance, Tolerances.WorstFactor * tolerance);
        for (int r = 0; r < rows.Count; r++)
        {
            float[] row = [.. columns.Select(column => got((rows[r] * n) + column))];
            double[] reference = [.. Enumerable.Range(0, columns.Count).Select(c => want[r, c])];
            meter.Add($"row {rows[r]} of columns {columns[0]} to {columns[^1]}", row, reference);
        }
    }
}
