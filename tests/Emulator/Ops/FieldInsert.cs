using System.Numerics;
using Preble.Emulator.Execution;

namespace Preble.Emulator.Ops;

/// <summary>bfi: the low bits of one source put into another. Operands: target, field, into, place, length.</summary>
internal static unsafe class FieldInsert<T>
    where T : unmanaged, IBinaryInteger<T>
{
    internal static void Run(Warp warp, Instruction* i, uint mask)
    {
        T* d = (T*)warp.Row(i->Operand[0]);
        T* fields = (T*)warp.Row(i->Operand[1]);
        T* into = (T*)warp.Row(i->Operand[2]);
        uint* places = (uint*)warp.Row(i->Operand[3]);
        uint* lengths = (uint*)warp.Row(i->Operand[4]);
        int width = 8 * sizeof(T);
        for (uint left = mask; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            int place = (int)(places[lane] & 255);
            int length = (int)(lengths[lane] & 255);
            T bits = length >= width ? ~T.Zero : (T.One << length) - T.One;
            bits = place >= width ? T.Zero : bits << place;
            d[lane] = (into[lane] & ~bits) | ((place >= width ? T.Zero : fields[lane] << place) & bits);
        }
    }
}
