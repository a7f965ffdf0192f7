using Preble.Emulator.Execution;

namespace Preble.Emulator.Ops;

/// <summary>Predicates are masks of lanes.</summary>
internal static unsafe class Predicates
{
    /// <summary>Writes the result of a comparison, joined with a third operand if there is one.</summary>
    internal static void Finish(Warp warp, Instruction* i, uint mask, uint result)
    {
        uint inverse = ~result;
        if (i->Immediate != 0)
        {
            uint other = *(uint*)warp.Row(i->Operand[4]) ^ i->SourceFlip;
            (result, inverse) = i->Immediate switch
            {
                1 => (result & other, inverse & other),
                2 => (result | other, inverse | other),
                _ => (result ^ other, inverse ^ other),
            };
        }

        Write(warp, i->Operand[0], mask, result);
        if (i->Operand[1] >= 0)
        {
            Write(warp, i->Operand[1], mask, inverse);
        }
    }

    /// <summary>Writes the lanes of a mask.</summary>
    internal static void Write(Warp warp, int operand, uint mask, uint value)
    {
        uint* place = (uint*)warp.Row(operand);
        *place = (*place & ~mask) | (value & mask);
    }

    internal static void Move(Warp warp, Instruction* i, uint mask) => Write(warp, i->Operand[0], mask, Source(warp, i, 1));

    internal static void Not(Warp warp, Instruction* i, uint mask) => Write(warp, i->Operand[0], mask, ~Source(warp, i, 1));

    internal static void And(Warp warp, Instruction* i, uint mask) => Write(warp, i->Operand[0], mask, Source(warp, i, 1) & Source(warp, i, 2));

    internal static void Or(Warp warp, Instruction* i, uint mask) => Write(warp, i->Operand[0], mask, Source(warp, i, 1) | Source(warp, i, 2));

    internal static void Xor(Warp warp, Instruction* i, uint mask) => Write(warp, i->Operand[0], mask, Source(warp, i, 1) ^ Source(warp, i, 2));

    private static uint Source(Warp warp, Instruction* i, int operand) => *(uint*)warp.Row(i->Operand[operand]);
}
