using System.Numerics;
using Preble.Emulator.Execution;

namespace Preble.Emulator.Ops;

/// <summary>What the lanes of a warp tell each other. The mask of those that take part is the last operand and was found to hold.</summary>
internal static unsafe class WarpOps
{
    /// <summary>
    /// shfl.sync. Operands: target, predicate that tells whether the source is in the segment (-1 for none), value, place, clamp and segment mask. The
    /// immediate is the mode's letter.
    /// </summary>
    internal static void Shuffle(Warp warp, Instruction* i, uint mask)
    {
        uint* d = (uint*)warp.Row(i->Operand[0]);
        uint* values = (uint*)warp.Row(i->Operand[2]);
        uint* places = (uint*)warp.Row(i->Operand[3]);
        uint* limits = (uint*)warp.Row(i->Operand[4]);
        uint* results = stackalloc uint[Warp.Lanes];
        uint inRange = 0;
        for (uint left = mask; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            int b = (int)places[lane] & 31;
            int clamp = (int)limits[lane] & 31;
            int segment = (int)(limits[lane] >> 8) & 31;
            int most = (lane & segment) | (clamp & ~segment);
            int least = lane & segment;
            (int source, bool valid) = (char)i->Immediate switch
            {
                'u' => (lane - b, lane - b >= most),
                'd' => (lane + b, lane + b <= most),
                'b' => (lane ^ b, (lane ^ b) <= most),
                _ => (least | (b & ~segment), (least | (b & ~segment)) <= most),
            };
            source = valid ? source : lane;
            if ((mask >> source & 1) == 0)
            {
                throw warp.Fault(FaultKind.WrongMask, i, lane, 0, $"reads lane {source}, which does not take part");
            }

            results[lane] = values[source];
            inRange |= (valid ? 1u : 0u) << lane;
        }

        for (uint left = mask; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            d[lane] = results[lane];
        }

        if (i->Operand[1] >= 0)
        {
            Predicates.Write(warp, i->Operand[1], mask, inRange);
        }
    }

    /// <summary>vote.sync: the immediate is a, e (for uniform), n (for any) or b (for ballot).</summary>
    internal static void Vote(Warp warp, Instruction* i, uint mask)
    {
        uint votes = *(uint*)warp.Row(i->Operand[1]) ^ i->SourceFlip;
        uint* members = Members(warp, i);
        for (uint left = mask; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            uint yes = votes & members[lane] & warp.Existing;
            uint all = members[lane] & warp.Existing;
            bool result = (char)i->Immediate switch
            {
                'a' => yes == all,
                'n' => yes != 0,
                _ => yes == all || yes == 0,
            };
            if ((char)i->Immediate == 'b')
            {
                ((uint*)warp.Row(i->Operand[0]))[lane] = yes;
            }
            else
            {
                Predicates.Write(warp, i->Operand[0], 1u << lane, result ? uint.MaxValue : 0);
            }
        }
    }

    /// <summary>match.sync of 32 or 64 bits: the lanes with the same value; with the immediate 1 only if all have it, which the second operand tells.</summary>
    internal static void Match<T>(Warp warp, Instruction* i, uint mask)
        where T : unmanaged, IEquatable<T>
    {
        T* values = (T*)warp.Row(i->Operand[2]);
        uint* members = Members(warp, i);
        uint* results = stackalloc uint[Warp.Lanes];
        uint whole = 0;
        for (uint left = mask; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            uint all = members[lane] & warp.Existing;
            uint same = 0;
            for (uint others = all; others != 0; others &= others - 1)
            {
                int other = BitOperations.TrailingZeroCount(others);
                same |= (values[other].Equals(values[lane]) ? 1u : 0u) << other;
            }

            whole |= (same == all ? 1u : 0u) << lane;
            results[lane] = i->Immediate == 0 || same == all ? same : 0;
        }

        uint* d = (uint*)warp.Row(i->Operand[0]);
        for (uint left = mask; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            d[lane] = results[lane];
        }

        if (i->Operand[1] >= 0)
        {
            Predicates.Write(warp, i->Operand[1], mask, whole);
        }
    }

    /// <summary>redux.sync.</summary>
    internal static void Reduce<T, TUpdate>(Warp warp, Instruction* i, uint mask)
        where T : unmanaged
        where TUpdate : struct, IUpdate<T>
    {
        T* values = (T*)warp.Row(i->Operand[1]);
        uint* members = Members(warp, i);
        T* results = stackalloc T[Warp.Lanes];
        for (uint left = mask; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            uint others = members[lane] & warp.Existing;
            T result = values[BitOperations.TrailingZeroCount(others)];
            for (others &= others - 1; others != 0; others &= others - 1)
            {
                result = TUpdate.Run(result, values[BitOperations.TrailingZeroCount(others)], default);
            }

            results[lane] = result;
        }

        T* d = (T*)warp.Row(i->Operand[0]);
        for (uint left = mask; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            d[lane] = results[lane];
        }
    }

    /// <summary>bar.warp.sync: what the lanes wrote before, they may read afterwards.</summary>
    internal static void Synchronise(Warp warp, Instruction* i, uint mask) => warp.Clock[warp.Index]++;

    /// <summary>membar and fence for the threads of all blocks.</summary>
    internal static void Fence(Warp warp, Instruction* i, uint mask) => warp.Block.Order.Fence(warp, i, mask);

    internal static void ActiveMask(Warp warp, Instruction* i, uint mask)
    {
        uint* d = (uint*)warp.Row(i->Operand[0]);
        for (uint left = mask; left != 0; left &= left - 1)
        {
            d[BitOperations.TrailingZeroCount(left)] = mask;
        }
    }

    /// <summary>elect.sync: the lowest lane of the mask.</summary>
    internal static void Elect(Warp warp, Instruction* i, uint mask)
    {
        uint* members = Members(warp, i);
        for (uint left = mask; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            int leader = BitOperations.TrailingZeroCount(members[lane]);
            if (i->Operand[0] >= 0)
            {
                ((int*)warp.Row(i->Operand[0]))[lane] = leader;
            }

            Predicates.Write(warp, i->Operand[1], 1u << lane, lane == leader ? uint.MaxValue : 0);
        }
    }

    private static uint* Members(Warp warp, Instruction* i) => (uint*)warp.Row(i->Operand[Instruction.OperandsMax - 1]);
}
