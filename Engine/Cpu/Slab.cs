using Preble.Core.Serving;
using Preble.Engine.Compute;

namespace Preble.Engine.Cpu;

/// <summary>
/// The rows that go through the layers together. A step larger than <see cref="RowsMax"/> is cut into slabs, one after the other, which bounds the
/// memory for activations; by the contract of the forward pass the cut changes no bit.
/// </summary>
internal sealed unsafe class Slab : IDisposable
{
    /// <summary>Most tokens that go through the layers together.</summary>
    internal const int RowsMax = 256;

    private readonly SequencePart[] _parts = new SequencePart[RowsMax];
    private readonly SequencePart[] _lastParts = new SequencePart[RowsMax];
    private AlignedMemory _pages = new(4096);
    private int _pagesUsed;

    /// <summary>Token of each row.</summary>
    internal int[] Tokens { get; } = new int[RowsMax];

    /// <summary>Position of each row.</summary>
    internal int[] Positions { get; } = new int[RowsMax];

    /// <summary>Index in <see cref="Parts"/> of each row.</summary>
    internal int[] PartOfRow { get; } = new int[RowsMax];

    /// <summary>Rows in use.</summary>
    internal int Rows { get; private set; }

    /// <summary>The sequences of this slab.</summary>
    internal ReadOnlySpan<SequencePart> Parts => _parts.AsSpan(0, PartCount);

    /// <summary>The rows whose logits are wanted, as sequences of one token with compact output rows.</summary>
    internal ReadOnlySpan<SequencePart> LastParts => _lastParts.AsSpan(0, LastCount);

    /// <summary>Page ids of all parts.</summary>
    internal int* Pages => (int*)_pages.Pointer;

    private int PartCount { get; set; }

    private int LastCount { get; set; }

    internal void Clear()
    {
        Rows = 0;
        PartCount = 0;
        LastCount = 0;
        _pagesUsed = 0;
    }

    /// <summary>Adds tokens [offset, offset + count) of an entry.</summary>
    internal void Add(in BatchEntry entry, int offset, int count, int pageTokens)
    {
        int start = entry.Start + offset;
        int pages = (start + count + pageTokens - 1) / pageTokens;
        ReservePages(pages);
        entry.Pages.Span[..pages].CopyTo(new Span<int>(Pages + _pagesUsed, pages));
        entry.Tokens.Span.Slice(offset, count).CopyTo(Tokens.AsSpan(Rows));
        for (int i = 0; i < count; i++)
        {
            Positions[Rows + i] = start + i;
            PartOfRow[Rows + i] = PartCount;
        }

        _parts[PartCount++] = new SequencePart(Rows, Rows, count, start, _pagesUsed);
        if (entry.WantsLogits && offset + count == entry.Tokens.Length)
        {
            _lastParts[LastCount] = new SequencePart(Rows + count - 1, LastCount, 1, start + count - 1, _pagesUsed);
            LastCount++;
        }

        Rows += count;
        _pagesUsed += pages;
    }

    /// <inheritdoc/>
    public void Dispose() => _pages.Dispose();

    // Grows to the largest slab seen, at most RowsMax sequences of the longest context.
    private void ReservePages(int count)
    {
        long needed = (_pagesUsed + (long)count) * sizeof(int);
        if (needed > _pages.Bytes)
        {
            var larger = new AlignedMemory(Math.Max(needed, 2 * _pages.Bytes));
            Buffer.MemoryCopy(_pages.Pointer, larger.Pointer, larger.Bytes, _pagesUsed * (long)sizeof(int));
            _pages.Dispose();
            _pages = larger;
        }
    }
}
