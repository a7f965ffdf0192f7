namespace Preble.Emulator.Execution;

/// <summary>Where the lanes of a warp are that are not with those that run now.</summary>
internal sealed class Paths
{
    private readonly int[] _at = new int[Warp.Lanes];
    private readonly uint[] _lanes = new uint[Warp.Lanes];
    private readonly bool[] _waits = new bool[Warp.Lanes];

    internal int Count { get; private set; }

    internal (int At, uint Lanes) First => (_at[0], _lanes[0]);

    internal void Clear() => Count = 0;

    /// <summary>Who is where, in words.</summary>
    /// <param name="line">Line of an instruction.</param>
    internal string Describe(Func<int, int> line) => string.Join(", ", Enumerable.Range(0, Count).Select(i => $"lanes 0x{_lanes[i]:x8} are at line {line(_at[i])}"));

    /// <summary>Lanes that stop here for now; ones that wait go on only when others join them.</summary>
    internal void Add(int at, uint lanes, bool waits)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_at[i] == at)
            {
                _lanes[i] |= lanes;
                _waits[i] &= waits;
                return;
            }
        }

        _at[Count] = at;
        _lanes[Count] = lanes;
        _waits[Count++] = waits;
    }

    /// <summary>Joins those that are at the same place, and changes over to those that are furthest behind.</summary>
    internal void Arrange(ref int at, ref uint lanes)
    {
        int first = -1;
        int behind = at;
        for (int i = Count - 1; i >= 0; i--)
        {
            if (_at[i] == at)
            {
                lanes |= _lanes[i];
                Remove(i);
                first = -1;
                behind = at;
                i = Count;
            }
            else if (!_waits[i] && _at[i] < behind)
            {
                behind = _at[i];
                first = i;
            }
        }

        if (first >= 0)
        {
            (at, _at[first]) = (_at[first], at);
            (lanes, _lanes[first]) = (_lanes[first], lanes);
        }
    }

    /// <summary>The path that is furthest behind among those that do not wait.</summary>
    internal bool Take(out int at, out uint lanes)
    {
        int best = -1;
        for (int i = 0; i < Count; i++)
        {
            if (!_waits[i] && (best < 0 || _at[i] < _at[best]))
            {
                best = i;
            }
        }

        (at, lanes) = best < 0 ? (0, 0) : (_at[best], _lanes[best]);
        if (best >= 0)
        {
            Remove(best);
        }

        return best >= 0;
    }

    private void Remove(int i)
    {
        Count--;
        _at[i] = _at[Count];
        _lanes[i] = _lanes[Count];
        _waits[i] = _waits[Count];
    }
}
