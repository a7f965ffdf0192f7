using System.Numerics;

namespace Preble.Engine.Text;

/// <summary>Which two tokens merge, to what and how early: a frozen hash table from a pair of ids, built for look-ups.</summary>
internal sealed class MergeTable
{
    /// <summary>What <see cref="Rank"/> gives for a pair that does not merge.</summary>
    internal const int NoRank = int.MaxValue;

    private const ulong Empty = ulong.MaxValue;
    private readonly ulong[] _pairs;
    private readonly (int Rank, int Merged)[] _merges;
    private readonly int _shift;

    /// <param name="merges">Left and right id and what they merge to, in order of rank. A pair that comes twice has its later rank.</param>
    internal MergeTable(IReadOnlyList<(int Left, int Right, int Merged)> merges)
    {
        var capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, merges.Count * 2));
        _shift = 64 - BitOperations.Log2((uint)capacity);
        _pairs = new ulong[capacity];
        _merges = new (int, int)[capacity];
        Array.Fill(_pairs, Empty);
        for (var rank = 0; rank < merges.Count; rank++)
        {
            var slot = SlotOf(Key(merges[rank].Left, merges[rank].Right));
            _pairs[slot] = Key(merges[rank].Left, merges[rank].Right);
            _merges[slot] = (rank, merges[rank].Merged);
        }
    }

    /// <summary>The rank of a pair, lower merging earlier, or <see cref="NoRank"/>.</summary>
    /// <param name="left">Id of the left token.</param>
    /// <param name="right">Id of the right token.</param>
    /// <param name="merged">Id of the token they make.</param>
    internal int Rank(int left, int right, out int merged)
    {
        var key = Key(left, right);
        var slot = SlotOf(key);
        if (_pairs[slot] != key)
        {
            merged = -1;
            return NoRank;
        }

        (var rank, merged) = _merges[slot];
        return rank;
    }

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private int SlotOf(ulong key)
    {
        var slot = (int)((key * 0x9E3779B97F4A7C15) >> _shift);
        while (_pairs[slot] != key && _pairs[slot] != Empty)
        {
            slot = (slot + 1) & (_pairs.Length - 1);
        }

        return slot;
    }
}
