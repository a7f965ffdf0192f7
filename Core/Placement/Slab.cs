namespace Preble.Core.Placement;

/// <summary>
/// Records addressed by small integers that stay valid until freed. Grows by whole segments, so that no call ever copies what is there, and a freed
/// index is the next one handed out: a steady state allocates nothing.
/// </summary>
internal sealed class Slab<T>
    where T : struct
{
    private const int SegmentBits = 10;
    private const int SegmentSize = 1 << SegmentBits;

    private T[][] _segments = [];
    private int[] _freed = [];
    private int _freedCount;
    private int _used;

    /// <summary>Records in use.</summary>
    public int Count => _used - _freedCount;

    public ref T this[int index] => ref _segments[index >> SegmentBits][index & (SegmentSize - 1)];

    /// <summary>Returns the index of a record with default content.</summary>
    public int Allocate()
    {
        if (_freedCount > 0)
        {
            return _freed[--_freedCount];
        }

        int segment = _used >> SegmentBits;
        if (segment == _segments.Length)
        {
            Array.Resize(ref _segments, Math.Max(4, _segments.Length * 2));
        }

        _segments[segment] ??= new T[SegmentSize];
        return _used++;
    }

    public void Free(int index)
    {
        this[index] = default;
        if (_freedCount == _freed.Length)
        {
            Array.Resize(ref _freed, Math.Max(16, _freed.Length * 2));
        }

        _freed[_freedCount++] = index;
    }
}
