using System.Runtime.InteropServices;

namespace Preble.Engine.Text;

/// <summary>
/// Tokens of words met before: a table with one place for each hash, where a newer word takes the place of an older one. Entries are immutable and
/// published by one reference write, so any number of threads may read and write without a lock; a race loses at most an entry.
/// </summary>
internal sealed class WordCache
{
    /// <summary>Places in the table; also the most words it holds.</summary>
    internal const int WordsMax = 1 << 15;

    /// <summary>Longest word that is kept, in bytes.</summary>
    internal const int WordBytesMax = 48;

    private readonly Entry?[] _entries = new Entry?[WordsMax];

    /// <summary>The tokens of a word, if it is kept.</summary>
    /// <param name="word">Its bytes.</param>
    /// <param name="hash">Its <see cref="Hash"/>.</param>
    /// <param name="tokens">Its tokens.</param>
    internal bool TryGet(ReadOnlySpan<byte> word, ulong hash, out ReadOnlySpan<int> tokens)
    {
        var entry = Volatile.Read(ref _entries[hash % WordsMax]);
        if (entry is not null && entry.Hash == hash && word.SequenceEqual(entry.Word))
        {
            tokens = entry.Tokens;
            return true;
        }

        tokens = default;
        return false;
    }

    /// <summary>Keeps the tokens of a word of at most <see cref="WordBytesMax"/> bytes.</summary>
    internal void Add(ReadOnlySpan<byte> word, ulong hash, ReadOnlySpan<int> tokens) =>
        Volatile.Write(ref _entries[hash % WordsMax], new Entry(hash, word.ToArray(), tokens.ToArray()));

    /// <summary>A hash for look-ups only: quick, and of no meaning outside of this process.</summary>
    internal static ulong Hash(ReadOnlySpan<byte> word)
    {
        const ulong factor = 0x9E3779B97F4A7C15;
        var hash = (ulong)word.Length * factor;
        while (word.Length >= sizeof(ulong))
        {
            hash = (hash ^ MemoryMarshal.Read<ulong>(word)) * factor;
            hash ^= hash >> 32;
            word = word[sizeof(ulong)..];
        }

        var tail = 0UL;
        foreach (var value in word)
        {
            tail = (tail << 8) | value;
        }

        hash = (hash ^ tail) * factor;
        return hash ^ (hash >> 29);
    }

    private sealed record Entry(ulong Hash, byte[] Word, int[] Tokens);
}
