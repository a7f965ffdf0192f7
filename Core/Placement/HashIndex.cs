namespace Preble.Core.Placement;

/// <summary>
/// Finds records by a 64-bit hash: open addressing with linear probing and without tombstones, so that adding and removing for ever neither slows it
/// down nor allocates. Several records may share a hash; whoever asks compares and goes on probing.
/// </summary>
internal sealed class HashIndex
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private Entry[] entries = new Entry[16];
    private int shift = 60;

    public int Count { get; private set; }

    /// <summary>The next record with this hash, or -1. The first call passes a <paramref name="probe"/> of -1.</summary>
    public int Find(ulong hash, ref int probe)
    {
        int mask = entries.Length - 1;
        int at = probe < 0 ? Home(hash) : (probe + 1) & mask;
        while (entries[at].Stored != 0)
        {
            if (entries[at].Hash == hash)
            {
                probe = at;
                return entries[at].Stored - 1;
            }

            at = (at + 1) & mask;
        }

        return -1;
    }

    public void Add(ulong hash, int value)
    {
        if ((Count + 1) * 3 > entries.Length * 2)
        {
            Grow();
        }

        Put(new Entry { Hash = hash, Stored = value + 1 });
        Count++;
    }

    /// <summary>Removes a record that was added with this hash; throws if there is none.</summary>
    public void Remove(ulong hash, int value)
    {
        int mask = entries.Length - 1;
        int at = Home(hash);
        while (entries[at].Hash != hash || entries[at].Stored != value + 1)
        {
            Invariant.Holds(entries[at].Stored != 0, "only what was added is removed");
            at = (at + 1) & mask;
        }

        // Whatever was pushed past this place by probing moves back, so that no search ends early at the gap.
        for (int next = (at + 1) & mask; entries[next].Stored != 0; next = (next + 1) & mask)
        {
            int home = Home(entries[next].Hash);
            if (((next - home) & mask) >= ((next - at) & mask))
            {
                entries[at] = entries[next];
                at = next;
            }
        }

        entries[at] = default;
        Count--;
    }

    private int Home(ulong hash) => (int)((hash * Golden) >> shift);

    private void Put(Entry entry)
    {
        int mask = entries.Length - 1;
        int at = Home(entry.Hash);
        while (entries[at].Stored != 0)
        {
            at = (at + 1) & mask;
        }

        entries[at] = entry;
    }

    private void Grow()
    {
        Entry[] old = entries;
        entries = new Entry[old.Length * 2];
        shift--;
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
