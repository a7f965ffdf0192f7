using Preble.Kernels.Checking.References;
using Preble.Kernels.Ops;

namespace Preble.Kernels.Checking.Ops;

/// <summary>Queries rotated in place and keys into the pages, rounded once; values into the pages, exact; nothing else touched.</summary>
internal static class RopeStoreCheck
{
    internal static IEnumerable<CheckCase> Cases(CheckSize size, Values chance)
    {
        int turn = 0;
        foreach (int headDim in HeadSizes.All)
        {
            yield return Case([(turn * 7, 1 + (turn * 5))], (turn % 4) + 1, 1, headDim, 16);
            turn++;
        }

        yield return Case([(0, 20), (-1, 3), (60, 4)], 6, 2, 32, 16);
        yield return Case([(31, 2), (64, 33)], 8, 4, 64, 32);
        int kvHeads = 1 + chance.Below(3);
        yield return Case([(chance.Below(90), 1 + chance.Below(30)), (chance.Below(90), 1)], kvHeads * (1 + chance.Below(4)), kvHeads, 16 * (2 + chance.Below(15)), 48);
        if (size == CheckSize.Large)
        {
            yield return Case([(12_288, 4096), (0, 4096)], 32, 8, 128, 16);
        }
    }

    private static CheckCase Case((int Cached, int New)[] sequences, int heads, int kvHeads, int headDim, int pageTokens) =>
        new("rope-store", HeadSizes.Describe(sequences, heads, kvHeads, headDim, pageTokens), run =>
        {
            var batch = new PagedBatch(run.Values, new PageShape(kvHeads, headDim, pageTokens), sequences);
            Check(run, batch, heads);
        });

    private static void Check(CheckRun run, PagedBatch batch, int heads)
    {
        (int kvHeads, int headDim, int pageTokens) = (batch.Shape.KvHeads, batch.Shape.HeadDim, batch.Shape.PageTokens);
        int width = (heads + (2 * kvHeads)) * headDim;
        (int[] positions, int[] slots) = Places(batch);
        (float[] cos, float[] sin) = RotaryReference.Tables(Math.Max(1, batch.ContextMax), headDim);
        ushort[] qkv = run.Values.Bf16s((long)batch.Rows * width);
        ushort[] pages = run.Values.Bf16s(batch.PageCount * batch.Shape.Elements);
        CheckedArray<ushort> changed = run.Changed("qkv", qkv);
        CheckedArray<ushort> stored = run.Changed("pages", pages);
        var shape = new AttentionShape(heads, kvHeads, headDim, pageTokens);
        run.Op(device => new RopeStoreOp(device, shape), shape).Run(
            run.Stream, changed.Pointer, run.Input("positions", positions).Pointer, run.Input("slots", slots).Pointer, run.Input("cos", cos).Pointer,
            run.Input("sin", sin).Pointer, stored.Pointer, batch.Rows);

        (ushort[] rows, ushort[] after) = (changed.Read(), stored.Read());
        ErrorMeter meter = run.Meter(Tolerances.Rounded, Tolerances.WorstFactor * Tolerances.Rounded);
        for (int row = 0; row < batch.Rows; row++)
        {
            for (int head = 0; head < heads + (2 * kvHeads); head++)
            {
                int first = (row * width) + (head * headDim);
                ReadOnlySpan<ushort> x = qkv.AsSpan(first, headDim);
                int table = positions[row] * (headDim / 2);
                int kvHead = (head - heads) % kvHeads;
                bool isKey = head < heads + kvHeads;
                if (head < heads)
                {
                    meter.Add($"token {row}, query head {head}", Rows.Widen(rows.AsSpan(first, headDim)), RotaryReference.Rotate(x, cos.AsSpan(table), sin.AsSpan(table)));
                    x.CopyTo(rows.AsSpan(first));
                }
                else if (slots[row] >= 0)
                {
                    // What should stand in the pages; what was compared is put back to what it was, so that all the rest can be compared exactly.
                    int at = (int)(isKey ? batch.Shape.Key(slots[row], kvHead) : batch.Shape.Value(slots[row], kvHead));
                    double[] want = isKey ? RotaryReference.Rotate(x, cos.AsSpan(table), sin.AsSpan(table)) : DoubleMath.Widen(x);
                    Span<ushort> got = after.AsSpan(at, headDim);
                    meter.Add($"token {row}, {(isKey ? "key" : "value")} head {kvHead}", Rows.Widen(got), want);
                    if (!isKey)
                    {
                        run.Exact<ushort>($"value of token {row}, head {kvHead}", got, x);
                    }

                    pages.AsSpan(at, headDim).CopyTo(got);
                }
            }
        }

        run.Exact<ushort>("qkv but for the queries", rows, qkv);
        run.Exact<ushort>("pages but for the tokens' slots", after, pages);
    }

    /// <summary>Position and slot of each row; padding has position 0 and no slot.</summary>
    private static (int[] Positions, int[] Slots) Places(PagedBatch batch)
    {
        var (positions, slots) = (new List<int>(), new List<int>());
        for (int s = 0; s < batch.Sequences.Count; s++)
        {
            (int cached, int added) = batch.Sequences[s];
            for (int t = 0; t < added; t++)
            {
                positions.Add(cached < 0 ? 0 : cached + t);
                slots.Add(cached < 0 ? -1 : batch.Slots(s)[cached + t]);
            }
        }

        return ([.. positions], [.. slots]);
    }
}
