using System.Globalization;
using System.Numerics;

namespace Preble.Emulator.Execution;

/// <summary>
/// What a block knows of other blocks' writes. A fence and an atomic instruction of the same thread behind it tell what the block has written and knew before
/// the fence, if the thread has met all of the block's threads that wrote; an atomic instruction and a fence behind it let the thread know what has been told
/// at that address, and others of its block as soon as they have met it. Atomic instructions that release or acquire are fences for themselves alone. What is
/// for the threads of one block, or for loads and stores alone (<c>ld.acquire</c>, <c>st.release</c>), tells nothing.
/// </summary>
internal sealed unsafe class BlockOrder(Block block)
{
    // By warp: its clock at its last write to global memory, and the lanes that wrote then.
    private readonly uint[] _wrote = new uint[Warp.Lanes];
    private readonly uint[] _writers = new uint[Warp.Lanes];

    // By thread: what it tells since its last fence, and what it heard since then: of each block the fence before which its writes are known.
    private readonly Dictionary<uint, uint>?[] _tells = new Dictionary<uint, uint>?[Warp.Lanes * Warp.Lanes];
    private readonly Dictionary<uint, uint>?[] _heard = new Dictionary<uint, uint>?[Warp.Lanes * Warp.Lanes];

    private readonly Dictionary<uint, List<Knowledge>> _known = [];
    private bool _ordered;

    /// <summary>Fences that the block has passed.</summary>
    internal uint Fences { get; private set; }

    /// <summary>Begins a block.</summary>
    internal void Clear()
    {
        Array.Clear(_wrote);
        Array.Clear(_writers);
        if (_ordered)
        {
            Array.Clear(_tells);
            Array.Clear(_heard);
            _known.Clear();
            (Fences, _ordered) = (0, false);
        }
    }

    internal void Wrote(Warp warp, uint lanes)
    {
        uint now = warp.Clock[warp.Index];
        _writers[warp.Index] = lanes | (_wrote[warp.Index] == now ? _writers[warp.Index] : 0);
        _wrote[warp.Index] = now;
    }

    /// <summary>Whether a write of another block, made after so many of its fences, comes before what the thread does now.</summary>
    internal bool Knows(Warp warp, int lane, uint other, uint fences) =>
        _known.TryGetValue(other, out List<Knowledge>? known) && known.Exists(item => fences < item.Fence && item.Reaches(warp, 1u << lane));

    internal void Fence(Warp warp, Instruction* i, uint lanes)
    {
        Pass(warp, i, lanes);
        Dictionary<uint, uint>? message = IsWhole(warp, lanes) ? Message(warp, lanes) : null;
        for (uint left = lanes; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            ref Dictionary<uint, uint>? heard = ref _heard[Thread(warp, lane)];
            _tells[Thread(warp, lane)] = message ?? _tells[Thread(warp, lane)];
            Learn(warp, 1u << lane, heard);
            heard = null;
        }
    }

    /// <summary>An atomic instruction of a thread; the launch's lock is held.</summary>
    internal void Update(Warp warp, Instruction* i, int lane, ulong address)
    {
        MemoryOrder order = i->Shape.Order;
        if (order.HasFlag(MemoryOrder.OneBlock))
        {
            return;
        }

        Dictionary<uint, uint>? tells = _tells[Thread(warp, lane)];
        if (order.HasFlag(MemoryOrder.Release))
        {
            Pass(warp, i, 1u << lane);
            tells = IsWhole(warp, 1u << lane) ? Message(warp, 1u << lane) : tells;
        }

        Dictionary<ulong, Dictionary<uint, uint>> places = block.Launch.Told;
        if (places.TryGetValue(address, out Dictionary<uint, uint>? here))
        {
            Join(_heard[Thread(warp, lane)] ??= [], here);
            _ordered = true;
            if (order.HasFlag(MemoryOrder.Acquire))
            {
                Learn(warp, 1u << lane, here);
            }
        }

        if (tells != null)
        {
            if (here == null)
            {
                places.Add(address, here = []);
            }

            Join(here, tells);
        }
    }

    private static int Thread(Warp warp, int lane) => (warp.Index * Warp.Lanes) + lane;

    private static void Join(Dictionary<uint, uint> target, Dictionary<uint, uint> more)
    {
        foreach ((uint other, uint fence) in more)
        {
            target[other] = Math.Max(target.GetValueOrDefault(other), fence);
        }
    }

    private void Pass(Warp warp, Instruction* i, uint lanes)
    {
        _ordered = true;
        if (++Fences > BlockRaces.FencesMax)
        {
            throw warp.Fault(
                FaultKind.Trap,
                i,
                BitOperations.TrailingZeroCount(lanes),
                0,
                string.Create(CultureInfo.InvariantCulture, $"of more than {BlockRaces.FencesMax} fences of a block it is not known what they order"));
        }
    }

    // Whether the threads have met all that wrote.
    private bool IsWhole(Warp warp, uint lanes)
    {
        for (int w = 0; w < _wrote.Length; w++)
        {
            bool met = w == warp.Index ? _wrote[w] < warp.Clock[w] || (_writers[w] & ~lanes) == 0 : _wrote[w] <= warp.Clock[w];
            if (!met)
            {
                return false;
            }
        }

        return true;
    }

    private Dictionary<uint, uint> Message(Warp warp, uint lanes)
    {
        var message = new Dictionary<uint, uint> { [BlockRaces.BlockOf(block.Stamp)] = Fences };
        foreach ((uint other, List<Knowledge> known) in _known)
        {
            foreach (Knowledge item in known.Where(item => item.Reaches(warp, lanes)))
            {
                message[other] = Math.Max(message.GetValueOrDefault(other), item.Fence);
            }
        }

        return message;
    }

    private void Learn(Warp warp, uint lanes, Dictionary<uint, uint>? message)
    {
        foreach ((uint other, uint fence) in message ?? [])
        {
            if (!_known.TryGetValue(other, out List<Knowledge>? known))
            {
                _known.Add(other, known = []);
            }

            if (!known.Exists(item => item.Fence >= fence && item.Reaches(warp, lanes)))
            {
                known.Add(new Knowledge(fence, warp.Index, lanes, warp.Clock[warp.Index]));
            }
        }
    }

    /// <summary>That a block's writes before a fence are known, since when and to whom.</summary>
    private readonly record struct Knowledge(uint Fence, int Warp, uint Lanes, uint Clock)
    {
        /// <summary>Whether the lanes of a warp know it by now.</summary>
        internal bool Reaches(Warp warp, uint lanes) =>
            warp.Index == Warp ? warp.Clock[Warp] > Clock || (lanes & ~Lanes) == 0 : warp.Clock[Warp] >= Clock;
    }
}
