using Preble.Kernels.Ops;

namespace Preble.Kernels.Checking;

/// <summary>
/// A ragged batch over pages as a step has it: each sequence with tokens that stand in pages and new ones behind them. Pages lie in random order, the
/// sequences' lists of them too; some pages belong to nobody. What a kernel must not use is poisoned: page ids behind a sequence's pages are out of all
/// bounds, and slots behind its tokens hold no numbers.
/// </summary>
internal sealed class PagedBatch
{
    private const int PagesOfNobody = 3;
    private const int NoPage = int.MaxValue;
    private readonly int[][] _slots;

    /// <param name="values">Chance.</param>
    /// <param name="shape">Of the pages.</param>
    /// <param name="sequences">Tokens that each has and adds; one that has fewer than 0 is padding, as in a batch of fixed size.</param>
    /// <param name="sharedPages">First pages that all sequences long enough have in common.</param>
    internal PagedBatch(Values values, PageShape shape, IReadOnlyList<(int Cached, int New)> sequences, int sharedPages = 0)
    {
        Shape = shape;
        Sequences = sequences;
        int[] needed = [.. sequences.Select(s => s.Cached < 0 ? 0 : (s.Cached + s.New + shape.PageTokens - 1) / shape.PageTokens)];
        PageCount = sharedPages + needed.Sum() + PagesOfNobody;
        Rows = sequences.Sum(s => s.New);
        RowsMax = sequences.Max(s => s.New);
        ContextMax = sequences.Max(s => s.Cached + s.New);
        PageList = new int[needed.Sum() + sequences.Count];
        Array.Fill(PageList, NoPage);
        Entries = new int[4 * sequences.Count];
        _slots = new int[sequences.Count][];

        int[] order = values.Shuffled(PageCount);
        int[] firstPages = new int[sequences.Count];
        int place = 0;
        foreach (int s in values.Shuffled(sequences.Count))
        {
            firstPages[s] = place;
            place += needed[s] + 1;
        }

        (int next, int row) = (sharedPages, 0);
        for (int s = 0; s < sequences.Count; s++)
        {
            (int cached, int added) = sequences[s];
            Span<int> pages = PageList.AsSpan(firstPages[s], needed[s]);
            for (int p = 0; p < pages.Length; p++)
            {
                pages[p] = p < sharedPages && cached >= sharedPages * shape.PageTokens ? order[p] : order[next++];
            }

            int[] own = pages.ToArray();
            _slots[s] = [.. Enumerable.Range(0, cached < 0 ? 0 : cached + added).Select(t => (own[t / shape.PageTokens] * shape.PageTokens) + (t % shape.PageTokens))];
            ((int[])[row, added, cached, firstPages[s]]).CopyTo(Entries, 4 * s);
            row += added;
        }
    }

    internal PageShape Shape { get; }

    internal IReadOnlyList<(int Cached, int New)> Sequences { get; }

    internal int PageCount { get; }

    /// <summary>New tokens of all sequences.</summary>
    internal int Rows { get; }

    /// <summary>New tokens of the sequence that has most.</summary>
    internal int RowsMax { get; }

    /// <summary>Tokens of the longest sequence, new ones included.</summary>
    internal int ContextMax { get; }

    /// <summary>int32 quadruples {firstRow, queryTokens, contextStart, firstPage}.</summary>
    internal int[] Entries { get; }

    /// <summary>Page ids, those of a sequence behind one another, and an id of no page between two sequences.</summary>
    internal int[] PageList { get; }

    /// <summary>Entries of decodes, int32 quadruples {row, firstPart, contextStart, firstPage}, and the list of their parts.</summary>
    /// <param name="sequences">Numbers of the sequences, in the order of the entries.</param>
    internal (int[] Entries, int[] Parts) Decodes(params IReadOnlyList<int> sequences)
    {
        var entries = new List<int>();
        var parts = new List<int> { 0 };
        foreach (int s in sequences)
        {
            Span<int> entry = Entries.AsSpan(4 * s, 4);
            entries.AddRange([entry[0], parts.Count - 1, entry[2], entry[3]]);
            parts.AddRange(Enumerable.Repeat((entries.Count / 4) - 1, AttentionDecodeOp.Parts(entry[2] + 1)));
        }

        parts[0] = parts.Count - 1;
        return ([.. entries], [.. parts]);
    }

    /// <summary>Row of a sequence's first new token.</summary>
    internal int FirstRow(int sequence) => Entries[4 * sequence];

    /// <summary>Slots of a sequence's tokens, new ones included, in order.</summary>
    internal int[] Slots(int sequence) => _slots[sequence];

    /// <summary>Pages of one layer with random keys and values where tokens stand, and no numbers elsewhere.</summary>
    internal ushort[] Pages(Values values)
    {
        var pages = new ushort[PageCount * Shape.Elements];
        Array.Fill(pages, unchecked((ushort)CheckedBuffer.GuardWord));
        ushort[] random = values.Bf16s(1 << 16);
        foreach (int slot in _slots.SelectMany(slots => slots).Distinct())
        {
            for (int head = 0; head < Shape.KvHeads; head++)
            {
                foreach (long first in new[] { Shape.Key(slot, head), Shape.Value(slot, head) })
                {
                    random.AsSpan(values.Below(random.Length - Shape.HeadDim), Shape.HeadDim).CopyTo(pages.AsSpan((int)first));
                }
            }
        }

        return pages;
    }
}
