using System.Runtime.InteropServices;

namespace Preble.Core;

/// <summary>Computes page keys. The same tokens under the same seed give the same keys on every machine.</summary>
public static class PageKeys
{
    // Odd constants with about half of their bits set, from the digits of the golden ratio and of the square roots of 2 and 3.
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private const ulong Root2 = 0x6A09E667F3BCC909;
    private const ulong Root3 = 0xBB67AE8584CAA73B;

    /// <summary>
    /// The seed under which a prompt's keys are computed: model, tenant salt and a secret of the cluster. Different seeds share no pages, neither in
    /// the routing tree nor in a worker's cache.
    /// </summary>
    /// <param name="model">The model's name.</param>
    /// <param name="salt">The tenant's salt, or empty.</param>
    /// <param name="secret">The cluster's secret: without it nobody can make a prompt that collides with another's on purpose.</param>
    public static ulong Seed(string model, string salt, ulong secret)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(salt);
        ulong state = Mix(secret ^ Golden, Root2);
        state = Absorb(state, MemoryMarshal.AsBytes(model.AsSpan()));
        return Absorb(state, MemoryMarshal.AsBytes(salt.AsSpan()));
    }

    /// <summary>Fills <paramref name="keys"/> with the keys of the whole pages of <paramref name="tokens"/>.</summary>
    /// <param name="seed">From <see cref="Seed"/>.</param>
    /// <param name="tokens">The prompt. [tokens]; what is left over after the last whole page has no key.</param>
    /// <param name="pageTokens">Tokens in a page, above 0.</param>
    /// <param name="keys">Receives <c>tokens.Length / pageTokens</c> keys.</param>
    public static void Compute(ulong seed, ReadOnlySpan<int> tokens, int pageTokens, Span<PageKey> keys)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pageTokens, 1);
        int pages = tokens.Length / pageTokens;
        ArgumentOutOfRangeException.ThrowIfLessThan(keys.Length, pages);
        ulong state = seed;
        for (int page = 0; page < pages; page++)
        {
            state = Next(state, tokens.Slice(page * pageTokens, pageTokens));
            keys[page] = new PageKey(state);
        }
    }

    /// <inheritdoc cref="Compute(ulong, ReadOnlySpan{int}, int, Span{PageKey})"/>
    public static PageKey[] Compute(ulong seed, ReadOnlySpan<int> tokens, int pageTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pageTokens, 1);
        var keys = new PageKey[tokens.Length / pageTokens];
        Compute(seed, tokens, pageTokens, keys);
        return keys;
    }

    /// <summary>The key of the page that follows the one whose key is <paramref name="previous"/>; the seed precedes the first page.</summary>
    public static ulong Next(ulong previous, ReadOnlySpan<int> page) => Absorb(previous, MemoryMarshal.AsBytes(page));

    private static ulong Absorb(ulong state, ReadOnlySpan<byte> bytes)
    {
        int length = bytes.Length;
        while (bytes.Length >= 16)
        {
            ulong low = MemoryMarshal.Read<ulong>(bytes);
            ulong high = MemoryMarshal.Read<ulong>(bytes[8..]);
            state = Mix(low ^ state ^ Root2, high ^ System.Numerics.BitOperations.RotateLeft(state, 32) ^ Root3) + Golden;
            bytes = bytes[16..];
        }

        Span<byte> tail = stackalloc byte[16];
        tail.Clear();
        bytes.CopyTo(tail);
        ulong tailLow = MemoryMarshal.Read<ulong>(tail) ^ (ulong)length;
        ulong tailHigh = MemoryMarshal.Read<ulong>(tail[8..]);
        return Mix(tailLow ^ state ^ Root3, tailHigh ^ System.Numerics.BitOperations.RotateLeft(state, 32) ^ Root2) ^ state;
    }

    private static ulong Mix(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }
}
