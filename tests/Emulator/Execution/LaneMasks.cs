using System.Numerics;

namespace Preble.Emulator.Execution;

/// <summary>The masks of instructions such as <c>shfl.sync</c>, which name the lanes that take part.</summary>
internal static unsafe class LaneMasks
{
    /// <summary>
    /// Whether all lanes that those of <paramref name="mask"/> name are there. The mask is the last operand. Lanes that name one that has ended, or not
    /// themselves, are a fault.
    /// </summary>
    internal static bool Present(Warp warp, Instruction* i, uint mask)
    {
        uint* members = (uint*)warp.Row(i->Operand[Instruction.OperandsMax - 1]);
        bool present = true;
        for (uint left = mask; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            uint named = members[lane];
            if ((named >> lane & 1) == 0)
            {
                throw warp.Fault(FaultKind.WrongMask, i, lane, 0, $"the mask 0x{named:x8} does not name the lane itself");
            }

            if ((named & warp.Existing & ~warp.Live) != 0)
            {
                throw warp.Fault(FaultKind.WrongMask, i, lane, 0, $"the mask 0x{named:x8} names lanes 0x{named & ~warp.Live:x8}, which have ended");
            }

            present &= (named & warp.Existing & ~mask) == 0;
        }

        return present;
    }
}
