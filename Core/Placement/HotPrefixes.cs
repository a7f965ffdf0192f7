using System.Runtime.InteropServices;

namespace Preble.Core.Placement;

/// <summary>
/// How many blocks of a prompt name it, by how hot its prefix is: a prefix that more than <see cref="ExpandShare"/>/n of the last requests went through
/// is told apart by its next block, until fewer than <see cref="ContractShare"/>/n do; n is the number of workers.
/// </summary>
/// <param name="blockTokens">Tokens of a block.</param>
/// <param name="window">Requests that are remembered.</param>
internal sealed class HotPrefixes(int blockTokens, int window)
{
    /// <summary>Blocks that name a prompt at most: a prompt that is equal to so many others for longer is one with them.</summary>
    public const int LevelsMax = 64;

    /// <summary>Fair shares of the requests above which a prefix is too hot for one name.</summary>
    public const int ExpandShare = 2;

    /// <summary>Fair shares below which it is not any more.</summary>
    public const int ContractShare = 1;

    private readonly Dictionary<ulong, Prefix> _prefixes = [];

    // The keys that each remembered request was counted under, first level first. [window, LevelsMax]
    private readonly ulong[] _keys = new ulong[window * LevelsMax];
    private readonly int[] _levels = new int[window];
    private int _oldest;

    /// <summary>Prefixes that are counted; at most <see cref="LevelsMax"/> for each remembered request.</summary>
    public int Count => _prefixes.Count;

    /// <summary>The blocks that name the prompt, at least one. Requires that the input has keys.</summary>
    public int Level(in PlacementInput input)
    {
        int level = 1;
        while (level < LevelsMax && PrefixDepth.Pages(input, level * blockTokens) < input.Keys.Length && IsExpanded(KeyAt(input, level)))
        {
            level++;
        }

        return level;
    }

    /// <summary>The key of the prompt's first so many blocks.</summary>
    public ulong KeyAt(in PlacementInput input, int level) => PrefixDepth.Key(input, level * blockTokens);

    /// <summary>Remembers a request, and forgets the oldest.</summary>
    /// <param name="input">With keys.</param>
    /// <param name="workers">n.</param>
    public void Add(in PlacementInput input, int workers)
    {
        int level = Level(input);
        Span<ulong> keys = _keys.AsSpan(_oldest * LevelsMax, LevelsMax);
        for (int i = 0; i < _levels[_oldest]; i++)
        {
            Forget(keys[i], workers);
        }

        for (int i = 0; i < level; i++)
        {
            keys[i] = KeyAt(input, i + 1);
            ref Prefix prefix = ref CollectionsMarshal.GetValueRefOrAddDefault(_prefixes, keys[i], out _);
            prefix.Requests++;
            prefix.IsExpanded |= (long)prefix.Requests * workers > (long)ExpandShare * window;
        }

        _levels[_oldest] = level;
        _oldest = (_oldest + 1) % window;
    }

    /// <summary>Recounts everything and throws if a count is wrong. For tests.</summary>
    public void CheckIntegrity()
    {
        var counts = new Dictionary<ulong, int>();
        for (int request = 0; request < window; request++)
        {
            foreach (ulong key in _keys.AsSpan(request * LevelsMax, _levels[request]))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;
            }
        }

        Invariant.Holds(counts.Count == _prefixes.Count, "exactly the prefixes of remembered requests are counted");
        foreach ((ulong key, int count) in counts)
        {
            Invariant.Holds(_prefixes.TryGetValue(key, out Prefix prefix) && prefix.Requests == count, "a prefix counts its requests");
        }
    }

    private bool IsExpanded(ulong key) => _prefixes.TryGetValue(key, out Prefix prefix) && prefix.IsExpanded;

    private void Forget(ulong key, int workers)
    {
        ref Prefix prefix = ref CollectionsMarshal.GetValueRefOrNullRef(_prefixes, key);
        prefix.Requests--;
        prefix.IsExpanded &= (long)prefix.Requests * workers >= (long)ContractShare * window;
        if (prefix.Requests == 0)
        {
            _prefixes.Remove(key);
        }
    }

    private struct Prefix
    {
        public int Requests;
        public bool IsExpanded;
    }
}
