namespace Preble.Kernels.Checking.References;

/// <summary>softmax(scale * q k^T) v of one sequence and key-value head, over the keys and values that stand in pages.</summary>
internal sealed class AttentionReference
{
    private readonly double[] _keys; // [tokens, headDim]
    private readonly double[] _values;
    private readonly int _headDim;

    /// <param name="pages">Pages of one layer.</param>
    /// <param name="shape">Of the pages.</param>
    /// <param name="slots">Of the sequence's tokens, in order.</param>
    /// <param name="kvHead">Which head.</param>
    internal AttentionReference(ReadOnlySpan<ushort> pages, PageShape shape, ReadOnlySpan<int> slots, int kvHead)
    {
        _headDim = shape.HeadDim;
        _keys = new double[slots.Length * _headDim];
        _values = new double[slots.Length * _headDim];
        for (int t = 0; t < slots.Length; t++)
        {
            DoubleMath.Widen(pages.Slice((int)shape.Key(slots[t], kvHead), _headDim), _keys.AsSpan(t * _headDim));
            DoubleMath.Widen(pages.Slice((int)shape.Value(slots[t], kvHead), _headDim), _values.AsSpan(t * _headDim));
        }
    }

    /// <summary>The result for one query over the first <paramref name="context"/> tokens, its own the last of them.</summary>
    internal double[] Row(ReadOnlySpan<ushort> query, int context, double scale)
    {
        double[] q = DoubleMath.Widen(query);
        var weights = new double[context];
        for (int t = 0; t < context; t++)
        {
            weights[t] = scale * DoubleMath.Dot(q, _keys.AsSpan(t * _headDim, _headDim));
        }

        double max = weights.Max();
        double sum = 0;
        var row = new double[_headDim];
        for (int t = 0; t < context; t++)
        {
            double weight = Math.Exp(weights[t] - max);
            sum += weight;
            DoubleMath.AddScaled(row, _values.AsSpan(t * _headDim, _headDim), weight);
        }

        for (int d = 0; d < _headDim; d++)
        {
            row[d] /= sum;
        }

        return row;
    }
}
