using System.Numerics;
using System.Runtime.CompilerServices;
using Preble.Emulator.Memory;

namespace Preble.Emulator.Execution;

/// <summary>
/// 32 threads that run together as far as they go the same way. Where they part, those behind in the code run first, so that they meet again at the
/// earliest place; an instruction that needs several lanes waits until they are there.
/// </summary>
internal sealed unsafe class Warp : IDisposable
{
    internal const int Lanes = 32;

    private readonly Paths _paths = new();
    private readonly WarpStorage _storage = new();
    private byte* _registers;
    private byte* _constants;
    private int _at;
    private uint _active;

    internal Warp(Block block, int index)
    {
        Block = block;
        Index = index;
        Offsets = _storage.Offsets;
        Clock = _storage.Clock;
    }

    internal Block Block { get; }

    /// <summary>Number in its block.</summary>
    internal int Index { get; }

    internal WarpState State { get; set; }

    /// <summary>Lanes that have not ended.</summary>
    internal uint Live { get; private set; }

    /// <summary>Lanes that belong to threads of the block.</summary>
    internal uint Existing { get; private set; }

    /// <summary>The instruction at which the warp waits for others.</summary>
    internal Instruction* Waiting { get; private set; }

    /// <summary>What is known of the clocks of the block's warps, by warp.</summary>
    internal uint* Clock { get; }

    /// <summary>Scratch: for each lane, where its access lies in a region, in bytes.</summary>
    internal long* Offsets { get; }

    internal AsyncCopies Copies { get; } = new();

    internal MemoryRegion? Local => _storage.Local;

    /// <summary>Begins a block.</summary>
    internal void Reset(byte* constants)
    {
        _storage.Reset(Block.Launch.Code, Block.Launch.Memory.Tracked);
        _registers = _storage.Registers;
        _constants = constants;
        int threads = Math.Min(Block.Launch.ThreadCount - (Index * Lanes), Lanes);
        Existing = threads == Lanes ? uint.MaxValue : (1u << threads) - 1;
        Live = Existing;
        _active = Existing;
        _at = 0;
        _paths.Clear();
        State = WarpState.Ready;
        Clock[Index] = 1;
        Copies.Clear();
    }

    /// <summary>Where an operand's 32 values lie.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal byte* Row(int operand) => operand >= 0 ? _registers + operand : _constants + ~operand;

    /// <summary>A byte of the arguments.</summary>
    internal byte* Argument(long offset) => _constants + offset;

    /// <summary>Runs until the warp waits for others, has ended or has run so many instructions; returns how many it ran.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal long Run(long budget)
    {
        Instruction* code = Block.Code;
        int at = _at;
        uint active = _active;
        long left = budget;
        while (State == WarpState.Ready && left > 0)
        {
            if (_paths.Count != 0)
            {
                _paths.Arrange(ref at, ref active);
            }

            left--;
            Instruction* i = code + at;
            uint mask = i->Guard == -1 ? active : active & (*(uint*)Row(i->Guard) ^ i->GuardFlip);
            if (i->Flow == Flow.Next)
            {
                at++;
                if (mask != 0)
                {
                    i->Run(this, i, mask);
                }
            }
            else
            {
                Turn(i, mask, ref at, ref active);
            }
        }

        _at = at;
        _active = active;
        return budget - left;
    }

    /// <summary>Lets the warp pass what it waited at.</summary>
    internal void Release()
    {
        State = WarpState.Ready;
        Clock[Index]++;
    }

    /// <summary>Ends the launch with a report.</summary>
    internal FaultException Fault(FaultKind kind, Instruction* i, int lane, ulong address, string detail) =>
        Block.Fault(kind, i->Index, (Index * Lanes) + lane, address, detail);

    public void Dispose() => _storage.Dispose();

    private void Turn(Instruction* i, uint mask, ref int at, ref uint active)
    {
        if (mask == 0)
        {
            at++;
            return;
        }

        switch (i->Flow)
        {
            case Flow.Branch:
                Part(mask, i->Target, ref at, ref active);
                break;
            case Flow.BranchIndexed:
                TurnIndexed(i, mask, ref at, ref active);
                break;
            case Flow.Exit:
                Live &= ~mask;
                active &= ~mask;
                at++;
                if (active == 0)
                {
                    Leave(ref at, ref active);
                }

                break;
            case Flow.Trap:
                throw Fault(FaultKind.Trap, i, BitOperations.TrailingZeroCount(mask), 0, "the kernel ended itself");
            case Flow.Lanes when LaneMasks.Present(this, i, mask):
                at++;
                i->Run(this, i, mask);
                break;
            case Flow.Warp when mask == Live:
                at++;
                i->Run(this, i, mask);
                break;
            case Flow.Barrier when mask == Live:
                at++;
                if (Live != Existing)
                {
                    throw Fault(FaultKind.DivergentBarrier, i, BitOperations.TrailingZeroCount(mask), 0, $"lanes 0x{Existing & ~Live:x8} of the warp have ended before the barrier");
                }

                Waiting = i;
                Block.Arrive(this, i);
                break;
            default:
                Wait(mask, ref at, ref active);
                break;
        }
    }

    // Some go elsewhere; which of them run first is decided before the next instruction.
    private void Part(uint mask, int target, ref int at, ref uint active)
    {
        at++;
        if (mask == active)
        {
            at = target;
        }
        else
        {
            _paths.Add(target, mask, false);
            active &= ~mask;
        }
    }

    private void TurnIndexed(Instruction* i, uint mask, ref int at, ref uint active)
    {
        int[] targets = Block.Launch.Code.Tables[i->Target];
        uint* index = (uint*)Row(i->Operand[0]);
        at++;
        for (uint left = mask; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            if (index[lane] >= targets.Length)
            {
                throw Fault(FaultKind.Trap, i, lane, 0, $"branch to entry {index[lane]} of a table of {targets.Length}");
            }

            _paths.Add(targets[index[lane]], 1u << lane, false);
        }

        active &= ~mask;
        if (active == 0)
        {
            Leave(ref at, ref active);
        }
    }

    private void Wait(uint mask, ref int at, ref uint active)
    {
        _paths.Add(at, mask, true);
        active &= ~mask;
        at++;
        if (active == 0)
        {
            Leave(ref at, ref active);
        }
    }

    // Nothing is left to do on this path.
    private void Leave(ref int at, ref uint active)
    {
        if (_paths.Take(out at, out active))
        {
            return;
        }

        if (_paths.Count == 0)
        {
            State = WarpState.Done;
            return;
        }

        (int place, uint lanes) = _paths.First;
        Instruction* i = Block.Code + place;
        FaultKind kind = i->Flow == Flow.Lanes ? FaultKind.Deadlock : FaultKind.DivergentBarrier;
        throw Fault(kind, i, BitOperations.TrailingZeroCount(lanes), 0, $"lanes 0x{lanes:x8} wait for others of their warp, which never come: {_paths.Describe(Block.Line)}, lanes 0x{Existing & ~Live:x8} have ended");
    }
}
