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

    private T[][] segments = [];
    private int[] freed = [];
    private int freedCount;
    private int used;

    /// <summary>Records in use.</summary>
    public int Count => used - freedCount;

    public ref T this[int index] => ref segments[index >> SegmentBits][index & (SegmentSize - 1)];

    /// <summary>Returns the index of a record with default content.</summary>
    public int Allocate()
    {
        if (freedCount > 0)
        {
            return freed[--freedCount];
        }

        int segment = used >> SegmentBits;
        if (segment == segments.Length)
        {
            Array.Resize(ref segments, Math.Max(4, segments.Length * 2));
        }

        segments[segment] ??= new T[SegmentSize];
        return used++;
    }

    public void Free(int index)
    {
        this[index] = default;
        if (freedCount == freed.Length)
        {
            Array.Resize(ref freed, Math.Max(16, freed.Length * 2));
        }

        freed[freedCount++] = index;
    }
}
