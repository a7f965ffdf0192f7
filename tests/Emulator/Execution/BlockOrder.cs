namespace Preble.Emulator.Execution;

/// <summary>
/// What a block knows of other blocks' writes. A fence and an atomic instruction behind it tell what the block has written before the fence, as far as the
/// warp has met those that wrote; an atomic instruction and a fence behind it let a block know what has been told at that address, its other warps as soon
/// as they have met this one. Fences for the threads of a block alone tell nothing.
/// </summary>
internal sealed unsafe class BlockOrder(Block block)
{
    // By warp: its clock at its last write to global memory; the last fence before which nothing is left out; what it heard since a fence, by block.
    private readonly uint[] _wrote = new uint[Warp.Lanes];
    private readonly uint[] _told = new uint[Warp.Lanes];
    private readonly Dictionary<uint, uint>?[] _heard = new Dictionary<uint, uint>?[Warp.Lanes];

    // By block: the fence before which its writes are known, and when which warp came to know.
    private readonly Dictionary<uint, (uint Fence, int Warp, uint Clock)> _known = [];

    /// <summary>Fences that the block has passed.</summary>
    internal uint Fences { get; private set; }

    /// <summary>Begins a block.</summary>
    internal void Clear()
    {
        Array.Clear(_wrote);
        Array.Clear(_told);
        Array.Clear(_heard);
        _known.Clear();
        Fences = 0;
    }

    internal void Wrote(Warp warp) => _wrote[warp.Index] = warp.Clock[warp.Index];

    /// <summary>Whether a write of another block, made after so many of its fences, comes before what the warp does now.</summary>
    internal bool Knows(Warp warp, uint other, uint fences) =>
        _known.TryGetValue(other, out (uint Fence, int Warp, uint Clock) known)
        && fences < known.Fence
        && (known.Warp == warp.Index || warp.Clock[known.Warp] >= known.Clock);

    internal void Fence(Warp warp)
    {
        bool whole = true;
        for (int w = 0; w < _wrote.Length; w++)
        {
            whole &= _wrote[w] <= warp.Clock[w];
        }

        if (Fences < BlockRaces.FencesMax)
        {
            Fences++;
        }

        if (whole)
        {
            _told[warp.Index] = Fences;
        }

        foreach ((uint other, uint fence) in _heard[warp.Index] ?? [])
        {
            if (!_known.TryGetValue(other, out (uint Fence, int Warp, uint Clock) known) || fence > known.Fence)
            {
                _known[other] = (fence, warp.Index, warp.Clock[warp.Index]);
            }
        }

        _heard[warp.Index] = null;
    }

    /// <summary>An atomic instruction of the warp; the launch's lock is held.</summary>
    internal void Update(Warp warp, ulong address)
    {
        Dictionary<ulong, Dictionary<uint, uint>> places = block.Launch.Told;
        uint told = _told[warp.Index];
        if (!places.TryGetValue(address, out Dictionary<uint, uint>? here))
        {
            if (told == 0)
            {
                return;
            }

            places.Add(address, here = []);
        }

        Join(_heard[warp.Index] ??= [], here);
        if (told > 0)
        {
            uint own = BlockRaces.BlockOf(block.Stamp);
            here[own] = Math.Max(here.GetValueOrDefault(own), told);
            Join(here, _known.Where(known => Knows(warp, known.Key, 0)).ToDictionary(known => known.Key, known => known.Value.Fence));
        }
    }

    private static void Join(Dictionary<uint, uint> target, Dictionary<uint, uint> more)
    {
        foreach ((uint other, uint fence) in more)
        {
            target[other] = Math.Max(target.GetValueOrDefault(other), fence);
        }
    }
}
