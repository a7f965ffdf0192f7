namespace Preble.Core.Placement;

/// <summary>
/// Finds records by a 64-bit hash: open addressing with linear probing and without tombstones, so that adding and removing for ever neither slows it
/// down nor allocates. Several records may share a hash; whoever asks compares and goes on probing.
/// </summary>
internal sealed class HashIndex
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private Entry[] _entries = new Entry[16];
    private int _shift = 60;

    public int Count { get; private set; }

    /// <summary>The next record with this hash, or -1. The first call passes a <paramref name="probe"/> of -1.</summary>
    public int Find(ulong hash, ref int probe)
    {
        int mask = _entries.Length - 1;
        int at = probe < 0 ? Home(hash) : (probe + 1) & mask;
        while (_entries[at].Stored != 0)
        {
            if (_entries[at].Hash == hash)
            {
                probe = at;
                return _entries[at].Stored - 1;
            }

            at = (at + 1) & mask;
        }

        return -1;
    }

    public void Add(ulong hash, int value)
    {
        if ((Count + 1) * 3 > _entries.Length * 2)
        {
            Grow();
        }

        Put(new Entry { Hash = hash, Stored = value + 1 });
        Count++;
    }

    /// <summary>Removes a record that was added with this hash; throws if there is none.</summary>
    public void Remove(ulong hash, int value)
    {
        int mask = _entries.Length - 1;
        int at = Home(hash);
        while (_entries[at].Hash != hash || _entries[at].Stored != value + 1)
        {
            Invariant.Holds(_entries[at].Stored != 0, "only what was added is removed");
            at = (at + 1) & mask;
        }

        // Whatever was pushed past this place by probing moves back, so that no search ends early at the gap.
        for (int next = (at + 1) & mask; _entries[next].Stored != 0; next = (next + 1) & mask)
        {
            int home = Home(_entries[next].Hash);
            if (((next - home) & mask) >= ((next - at) & mask))
            {
                _entries[at] = _entries[next];
                at = next;
            }
        }

        _entries[at] = default;
        Count--;
    }

    private int Home(ulong hash) => (int)((hash * Golden) >> _shift);

    private void Put(Entry entry)
    {
        int mask = _entries.Length - 1;
        int at = Home(entry.Hash);
        while (_entries[at].Stored != 0)
        {
            at = (at + 1) & mask;
        }

        _entries[at] = entry;
    }

    private void Grow()
    {
        Entry[] old = _entries;
        _entries = new Entry[old.Length * 2];
        _shift--;
        foreach (Entry entry in old)
        {
            if (entry.Stored != 0)
            {
                Put(entry);
            }
        }
    }

    private struct Entry
    {
        public ulong Hash;

        /// <summary>Value plus one; 0 says empty.</summary>
        public int Stored;
    }
}
