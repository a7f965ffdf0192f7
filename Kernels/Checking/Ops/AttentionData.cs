using Preble.Kernels.Checking.References;

namespace Preble.Kernels.Checking.Ops;

/// <summary>Inputs of an attention, on host and device, and the comparison of what comes out.</summary>
internal sealed class AttentionData
{
    /// <summary>Spreads the scores to a standard deviation of 2, so that weights differ as they do in models.</summary>
    private const float QueryScale = 6;

    /// <summary>Multiply-adds of the reference at most; of a larger attention some rows are compared.</summary>
    private const long MultiplyAddsMax = 3_000_000_000;

    private readonly PagedBatch _batch;
    private readonly int _heads;
    private readonly ushort[] _qkv;
    private readonly ushort[] _pages;

    internal AttentionData(CheckRun run, PagedBatch batch, int heads)
    {
        _batch = batch;
        _heads = heads;
        (int kvHeads, int headDim) = (batch.Shape.KvHeads, batch.Shape.HeadDim);
        int width = (heads + (2 * kvHeads)) * headDim;
        _qkv = run.Values.Bf16s((long)batch.Rows * width, QueryScale);
        for (int row = 0; row < batch.Rows; row++)
        {
            // Keys and values are taken from the pages, never from here.
            _qkv.AsSpan((row * width) + (heads * headDim), 2 * kvHeads * headDim).Fill(unchecked((ushort)CheckedBuffer.GuardWord));
        }

        _pages = batch.Pages(run.Values);
        Qkv = run.Input("qkv", _qkv);
        Pages = run.Input("pages", _pages);
        Entries = run.Input("entries", batch.Entries);
        PageList = run.Input("page list", batch.PageList);
        Output = run.Output<ushort>("out", (long)batch.Rows * heads * headDim);
    }

    internal CheckedArray<ushort> Qkv { get; }

    internal CheckedArray<ushort> Pages { get; }

    internal CheckedArray<int> Entries { get; }

    internal CheckedArray<int> PageList { get; }

    internal CheckedArray<ushort> Output { get; }

    /// <summary>Factor of the scores.</summary>
    internal float Scale => 1 / MathF.Sqrt(_batch.Shape.HeadDim);

    /// <summary>Writes ones where a sequence's rows of the output stand, which are then expected there.</summary>
    internal void LeaveAlone(CheckRun run, int sequence)
    {
        const uint onePair = 0x3F803F80;
        int width = _heads * _batch.Shape.HeadDim;
        run.Stream.Fill(Output.Pointer + ((long)_batch.FirstRow(sequence) * width * sizeof(ushort)), onePair, _batch.Sequences[sequence].New * width / 2);
    }

    /// <summary>Compares rows of every sequence and all heads; of a sequence that is padding, what was left alone.</summary>
    internal void Compare(CheckRun run, double tolerance)
    {
        ushort[] got = Output.Read();
        Rows.Whole(run, "out", got);
        ErrorMeter meter = run.Meter(tolerance, Tolerances.WorstFactor * tolerance);
        int headDim = _batch.Shape.HeadDim;
        long rowsMax = MultiplyAddsMax / (2L * headDim * _batch.ContextMax * _heads * _batch.Sequences.Count);
        for (int s = 0; s < _batch.Sequences.Count; s++)
        {
            (int cached, int added) = _batch.Sequences[s];
            IReadOnlyList<int> rows = Rows.Some(run.Values, added, rowsMax);
            double[][][] want = Reference(s, rows);
            for (int r = 0; r < rows.Count; r++)
            {
                for (int head = 0; head < _heads; head++)
                {
                    int first = (((_batch.FirstRow(s) + rows[r]) * _heads) + head) * headDim;
                    meter.Add($"sequence {s} ({cached}+{added}), token {rows[r]}, head {head}", Rows.Widen(got.AsSpan(first, headDim)), want[head][r]);
                }
            }
        }
    }

    /// <summary>[head][row][headDim]</summary>
    private double[][][] Reference(int sequence, IReadOnlyList<int> rows)
    {
        var want = new double[_heads][][];
        PageShape shape = _batch.Shape;
        int cached = _batch.Sequences[sequence].Cached;
        int width = (_heads + (2 * shape.KvHeads)) * shape.HeadDim;
        int group = _heads / shape.KvHeads;
        Parallel.For(0, shape.KvHeads, kvHead =>
        {
            var reference = new AttentionReference(_pages, shape, _batch.Slots(sequence), kvHead);
            for (int head = kvHead * group; head < (kvHead + 1) * group; head++)
            {
                want[head] = [.. rows.Select(row => cached < 0
                    ? [.. Enumerable.Repeat(1.0, shape.HeadDim)]
                    : reference.Row(_qkv.AsSpan(((_batch.FirstRow(sequence) + row) * width) + (head * shape.HeadDim), shape.HeadDim), cached + row + 1, Scale))];
            }
        });
        return want;
    }
}
