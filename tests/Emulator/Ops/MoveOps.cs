using System.Numerics;
using Preble.Emulator.Execution;
using Preble.Emulator.Memory;
using Preble.Kernels.Driver;

namespace Preble.Emulator.Ops;

/// <summary>Moves that are not from one row to another of the same kind.</summary>
internal static unsafe class MoveOps
{
    /// <summary>ld.param: the same argument for all lanes. The immediate is its place.</summary>
    internal static void Argument<TMemory, TRow>(Warp warp, Instruction* i, uint mask)
        where TMemory : unmanaged, IBinaryInteger<TMemory>
        where TRow : unmanaged, IBinaryInteger<TRow>
    {
        for (int e = 0; e < i->Shape.Elements; e++)
        {
            TRow value = TRow.CreateTruncating(*(TMemory*)warp.Argument(i->Immediate + (e * sizeof(TMemory))));
            TRow* d = (TRow*)warp.Row(i->Operand[e]);
            for (uint left = mask; left != 0; left &= left - 1)
            {
                d[BitOperations.TrailingZeroCount(left)] = value;
            }
        }
    }

    /// <summary>A special register; the immediate is a <see cref="SpecialRegister"/>.</summary>
    internal static void Special<TRow>(Warp warp, Instruction* i, uint mask)
        where TRow : unmanaged, IBinaryInteger<TRow>
    {
        TRow* d = (TRow*)warp.Row(i->Operand[0]);
        for (uint left = mask; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            d[lane] = TRow.CreateTruncating(Value(warp, lane, (SpecialRegister)i->Immediate));
        }
    }

    /// <summary>Parts, the first lowest, into one row. The immediate is the bits of a part, the target's number the count.</summary>
    internal static void Pack<TRow, TPart>(Warp warp, Instruction* i, uint mask)
        where TRow : unmanaged, IBinaryInteger<TRow>
        where TPart : unmanaged, IBinaryInteger<TPart>
    {
        TRow* d = (TRow*)warp.Row(i->Operand[0]);
        TRow* results = stackalloc TRow[Warp.Lanes];
        new Span<TRow>(results, Warp.Lanes).Clear();
        for (int part = 0; part < i->Target; part++)
        {
            TPart* source = (TPart*)warp.Row(i->Operand[1 + part]);
            for (int lane = 0; lane < Warp.Lanes; lane++)
            {
                results[lane] |= TRow.CreateTruncating(source[lane]) << (part * (int)i->Immediate);
            }
        }

        for (uint left = mask; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            d[lane] = results[lane];
        }
    }

    /// <summary>One row into parts, the lowest first; a part of -1 is not wanted.</summary>
    internal static void Unpack<TRow, TPart>(Warp warp, Instruction* i, uint mask)
        where TRow : unmanaged, IBinaryInteger<TRow>
        where TPart : unmanaged, IBinaryInteger<TPart>
    {
        TRow* values = stackalloc TRow[Warp.Lanes];
        new ReadOnlySpan<TRow>(warp.Row(i->Operand[Instruction.OperandsMax - 1]), Warp.Lanes).CopyTo(new Span<TRow>(values, Warp.Lanes));
        TRow bits = (TRow.One << (int)i->Immediate) - TRow.One;
        for (int part = 0; part < i->Target; part++)
        {
            if (i->Operand[part] == -1)
            {
                continue;
            }

            TPart* d = (TPart*)warp.Row(i->Operand[part]);
            for (uint left = mask; left != 0; left &= left - 1)
            {
                int lane = BitOperations.TrailingZeroCount(left);
                d[lane] = TPart.CreateTruncating((values[lane] >>> (part * (int)i->Immediate)) & bits);
            }
        }
    }

    /// <summary>isspacep: whether a generic address lies in a window, which begins at the immediate; 0 means in global memory.</summary>
    internal static void IsSpace(Warp warp, Instruction* i, uint mask)
    {
        ulong* addresses = (ulong*)warp.Row(i->Operand[1]);
        ulong window = (ulong)i->Immediate;
        uint result = 0;
        for (int lane = 0; lane < Warp.Lanes; lane++)
        {
            bool inside = window == 0 ? addresses[lane] < AddressSpace.SharedWindow : addresses[lane] - window < AddressSpace.WindowBytes;
            result |= (inside ? 1u : 0u) << lane;
        }

        Predicates.Write(warp, i->Operand[0], mask, result);
    }

    internal static void Nothing(Warp warp, Instruction* i, uint mask)
    {
    }

    private static ulong Value(Warp warp, int lane, SpecialRegister register)
    {
        Launch launch = warp.Block.Launch;
        Dim3 threads = launch.Threads;
        Dim3 index = warp.Block.Index;
        int thread = (warp.Index * Warp.Lanes) + lane;
        return register switch
        {
            SpecialRegister.ThreadX => (ulong)(thread % threads.X),
            SpecialRegister.ThreadY => (ulong)(thread / threads.X % threads.Y),
            SpecialRegister.ThreadZ => (ulong)(thread / threads.X / threads.Y),
            SpecialRegister.ThreadsX => (ulong)threads.X,
            SpecialRegister.ThreadsY => (ulong)threads.Y,
            SpecialRegister.ThreadsZ => (ulong)threads.Z,
            SpecialRegister.BlockX => (ulong)index.X,
            SpecialRegister.BlockY => (ulong)index.Y,
            SpecialRegister.BlockZ => (ulong)index.Z,
            SpecialRegister.BlocksX => (ulong)launch.Grid.X,
            SpecialRegister.BlocksY => (ulong)launch.Grid.Y,
            SpecialRegister.BlocksZ => (ulong)launch.Grid.Z,
            SpecialRegister.Lane => (ulong)lane,
            SpecialRegister.Warp => (ulong)warp.Index,
            SpecialRegister.Warps => (ulong)((launch.ThreadCount + Warp.Lanes - 1) / Warp.Lanes),
            SpecialRegister.WarpSize => Warp.Lanes,
            SpecialRegister.LanesEqual => 1u << lane,
            SpecialRegister.LanesBelow => (1u << lane) - 1,
            SpecialRegister.LanesUpTo => (uint)((2ul << lane) - 1),
            SpecialRegister.LanesAbove => (uint)(uint.MaxValue - ((2ul << lane) - 1)),
            SpecialRegister.LanesFrom => uint.MaxValue << lane,
            SpecialRegister.DynamicSharedBytes => (ulong)launch.DynamicSharedBytes,
            SpecialRegister.SharedBytes => warp.Block.Shared.Bytes,
            _ => (ulong)launch.Instructions,
        };
    }
}
