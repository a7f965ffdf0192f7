using System.Buffers;

namespace Preble.Engine.Text;

/// <summary>
/// Merges the bytes of one word to tokens: always the pair of lowest rank, the leftmost of equals, until none merges. Short words scan their pairs,
/// long ones keep them in a heap, so that time stays near linear in the word's length. Immutable.
/// </summary>
/// <param name="merges">The merges.</param>
/// <param name="idOfByte">Id of the token of each single byte, -1 where the vocabulary has none. [256]</param>
/// <param name="unknown">Id of the token for bytes without one, or -1: they are left out then, as Hugging Face's BPE does.</param>
internal sealed class BytePairEncoder(MergeTable merges, int[] idOfByte, int unknown)
{
    /// <summary>Longest word, in bytes, whose pairs are scanned rather than kept in a heap.</summary>
    private const int ScanBytesMax = 48;

    /// <summary>Writes the tokens of a word.</summary>
    /// <param name="word">The bytes of the word.</param>
    /// <param name="output">At least as long as the word.</param>
    /// <returns>How many tokens were written.</returns>
    internal int Encode(ReadOnlySpan<byte> word, Span<int> output)
    {
        var count = 0;
        foreach (var value in word)
        {
            var id = idOfByte[value] >= 0 ? idOfByte[value] : unknown;
            if (id >= 0)
            {
                output[count++] = id;
            }
        }

        return count <= ScanBytesMax ? MergeByScan(output[..count]) : MergeByHeap(output[..count]);
    }

    private int MergeByScan(Span<int> symbols)
    {
        Span<int> ranks = stackalloc int[ScanBytesMax];
        Span<int> results = stackalloc int[ScanBytesMax];
        var count = symbols.Length;
        for (var i = 0; i + 1 < count; i++)
        {
            ranks[i] = merges.Rank(symbols[i], symbols[i + 1], out results[i]);
        }

        while (count > 1)
        {
            var best = 0;
            for (var i = 1; i + 1 < count; i++)
            {
                best = ranks[i] < ranks[best] ? i : best;
            }

            if (ranks[best] == MergeTable.NoRank)
            {
                break;
            }

            symbols[best] = results[best];
            symbols[(best + 2)..count].CopyTo(symbols[(best + 1)..]);
            ranks[(best + 1)..(count - 1)].CopyTo(ranks[best..]);
            results[(best + 1)..(count - 1)].CopyTo(results[best..]);
            count--;
            if (best + 1 < count)
            {
                ranks[best] = merges.Rank(symbols[best], symbols[best + 1], out results[best]);
            }

            if (best > 0)
            {
                ranks[best - 1] = merges.Rank(symbols[best - 1], symbols[best], out results[best - 1]);
            }
        }

        return count;
    }

    private int MergeByHeap(Span<int> symbols)
    {
        // 1. Symbols stand in a doubly linked list by their first byte's place; a merged one lives on in the left place.
        var count = symbols.Length;
        var links = ArrayPool<int>.Shared.Rent(2 * count);
        var next = links.AsSpan(0, count);
        var previous = links.AsSpan(count, count);
        for (var i = 0; i < count; i++)
        {
            next[i] = i + 1 < count ? i + 1 : -1;
            previous[i] = i - 1;
        }

        // 2. All pairs, by rank and then by place.
        var heap = new PriorityQueue<(int Place, int Left, int Right, int Merged), (int Rank, int Place)>(count);
        for (var i = 0; i + 1 < count; i++)
        {
            Push(heap, symbols, i, i + 1);
        }

        // 3. A pair whose symbols have changed since it was pushed is passed over.
        while (heap.TryDequeue(out var pair, out _))
        {
            var right = symbols[pair.Place] == pair.Left ? next[pair.Place] : -1;
            if (right < 0 || symbols[right] != pair.Right)
            {
                continue;
            }

            symbols[pair.Place] = pair.Merged;
            symbols[right] = -1;
            next[pair.Place] = next[right];
            if (next[right] >= 0)
            {
                previous[next[right]] = pair.Place;
                Push(heap, symbols, pair.Place, next[right]);
            }

            if (previous[pair.Place] >= 0)
            {
                Push(heap, symbols, previous[pair.Place], pair.Place);
            }
        }

        // 4. What is left, closed up.
        var written = 0;
        for (var i = 0; i >= 0; i = next[i])
        {
            symbols[written++] = symbols[i];
        }

        ArrayPool<int>.Shared.Return(links);
        return written;
    }

    private void Push(PriorityQueue<(int, int, int, int), (int, int)> heap, ReadOnlySpan<int> symbols, int left, int right)
    {
        var rank = merges.Rank(symbols[left], symbols[right], out var merged);
        if (rank != MergeTable.NoRank)
        {
            heap.Enqueue((left, symbols[left], symbols[right], merged), (rank, left));
        }
    }
}
