using Preble.Core.Serving;
using Preble.Kernels.Ops;

namespace Preble.Kernels.Serving;

/// <summary>What goes through the layers together: as much of a batch as the limits hold. Reused; allocates nothing.</summary>
internal sealed class StepPlan(StepLimits limits, int pageTokens)
{
    private readonly StepPart[] _parts = new StepPart[limits.Tokens];
    private int _count;
    private int _wanted;
    private StepShape _shape;

    /// <summary>In order of their rows.</summary>
    internal ReadOnlySpan<StepPart> Parts => _parts.AsSpan(0, _count);

    /// <summary>Adjusted logits of all rows.</summary>
    internal int Adjustments { get; private set; }

    /// <summary>Rows in use.</summary>
    internal int Tokens => _shape.Tokens;

    /// <summary>Exactly what is there.</summary>
    internal StepShape Shape => _shape with { Rows = _shape.Gathers ? _wanted : _shape.Tokens };

    /// <summary>Whether it is decodes alone.</summary>
    internal bool IsDecodeOnly => _shape.Prefills == 0;

    internal void Clear()
    {
        (_count, _wanted, Adjustments) = (0, 0, 0);
        _shape = default;
    }

    /// <summary>Adds tokens of an entry, from an offset on, as many as there is room for.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="index">Its index in the batch.</param>
    /// <param name="offset">Tokens of it that are done.</param>
    /// <param name="tokensMax">Rows to fill, within the limits.</param>
    /// <returns>How many were added; 0 if what is there must be computed first, which is never so if nothing is there.</returns>
    internal int Add(in BatchEntry entry, int index, int offset, int tokensMax)
    {
        int count = Math.Min(entry.Tokens.Length - offset, tokensMax - _shape.Tokens);
        if (count <= 0)
        {
            return 0;
        }

        int end = entry.Start + offset + count;
        bool decodes = entry.Tokens.Length == 1;
        bool wanted = entry.WantsLogits && offset + count == entry.Tokens.Length;
        int adjustments = Adjustments + (wanted && entry.Choice is { } choice ? choice.Adjustments.Length : 0);
        StepShape grown = _shape with
        {
            Tokens = _shape.Tokens + count,
            Decodes = _shape.Decodes + (decodes ? 1 : 0),
            Prefills = _shape.Prefills + (decodes ? 0 : 1),
            QueryTokens = decodes ? _shape.QueryTokens : Math.Max(_shape.QueryTokens, count),
            Parts = _shape.Parts + (decodes ? AttentionDecodeOp.Parts(end) : 0),
            Pages = _shape.Pages + ((end + pageTokens - 1) / pageTokens),
        };

        // Without chunks all rows have logits; a chunk added later takes the bound of that away, which does no harm.
        grown = grown with { Rows = grown.Gathers ? _wanted + (wanted ? 1 : 0) : grown.Tokens };
        if (_count > 0 && (!limits.Hold(grown) || adjustments > limits.Adjustments))
        {
            return 0;
        }

        _shape = grown;
        _wanted += wanted ? 1 : 0;
        Adjustments = adjustments;
        _parts[_count++] = new StepPart(index, offset, count, decodes, wanted);
        return count;
    }
}
