namespace Preble.Kernels.Checking.Ops;

/// <summary>Which rows of a large result are compared, and the comparison.</summary>
internal static class Rows
{
    /// <summary>Elements of a result that are compared at most; of a larger one the first rows, the last and some between.</summary>
    private const long ElementsMax = 4_000_000;

    /// <summary>Numbers of rows: all if no more than <paramref name="max"/>, or else the first, the last and random ones.</summary>
    internal static IReadOnlyList<int> Some(Values values, int count, long max) => count <= max
        ? [.. Enumerable.Range(0, count)]
        : [.. Enumerable.Range(0, (int)Math.Max(2, max)).Select(i => i switch { 0 => 0, 1 => count - 1, _ => values.Below(count) }).Distinct().Order()];

    /// <summary>Compares rows of bfloat16 with what the reference says of each.</summary>
    internal static void Compare(CheckRun run, double tolerance, ushort[] got, int rows, int width, Func<int, double[]> reference)
    {
        ErrorMeter meter = run.Meter(tolerance, Tolerances.WorstFactor * tolerance);
        Whole(run, "out", got);
        foreach (int row in Some(run.Values, rows, ElementsMax / width))
        {
            meter.Add($"row {row}", Widen(got.AsSpan(row * width, width)), reference(row));
        }
    }

    /// <summary>bfloat16 as floats.</summary>
    internal static float[] Widen(ReadOnlySpan<ushort> bits)
    {
        var values = new float[bits.Length];
        for (int i = 0; i < bits.Length; i++)
        {
            values[i] = Bf16.ToSingle(bits[i]);
        }

        return values;
    }

    /// <summary>All of an output must have been written with numbers, whatever part of it is compared.</summary>
    internal static void Whole(CheckRun run, string name, ReadOnlySpan<ushort> got)
    {
        for (int i = 0; i < got.Length; i++)
        {
            if ((got[i] & 0x7FFF) > 0x7F80)
            {
                run.Fail($"{name}: element {i} of {got.Length} {(got[i] == unchecked((ushort)CheckedBuffer.PoisonWord) ? "was never written" : "is no number")}");
                return;
            }
        }
    }

    /// <inheritdoc cref="Whole(CheckRun, string, ReadOnlySpan{ushort})"/>
    internal static void Whole(CheckRun run, string name, ReadOnlySpan<float> got)
    {
        for (int i = 0; i < got.Length; i++)
        {
            if (float.IsNaN(got[i]))
            {
                bool isPoison = BitConverter.SingleToUInt32Bits(got[i]) == CheckedBuffer.PoisonWord;
                run.Fail($"{name}: element {i} of {got.Length} {(isPoison ? "was never written" : "is no number")}");
                return;
            }
        }
    }
}
