using System.Numerics;
using System.Runtime.Intrinsics;
using Preble.Emulator.Execution;

namespace Preble.Emulator.Ops;

/// <summary>Operations of three sources that are told more by a constant, or add up bytes.</summary>
internal static unsafe class WideOps
{
    /// <summary>lop3: bit n of the table is the result where a, b and c are the bits of n.</summary>
    internal static void Logic(Warp warp, Instruction* i, uint mask)
    {
        uint* d = (uint*)warp.Row(i->Operand[0]);
        uint* a = (uint*)warp.Row(i->Operand[1]);
        uint* b = (uint*)warp.Row(i->Operand[2]);
        uint* c = (uint*)warp.Row(i->Operand[3]);
        for (int lane = 0; lane < Warp.Lanes; lane += Vector512<uint>.Count)
        {
            Vector512<uint> x = Vector512.Load(a + lane);
            Vector512<uint> y = Vector512.Load(b + lane);
            Vector512<uint> z = Vector512.Load(c + lane);
            Vector512<uint> result = Vector512<uint>.Zero;
            for (int n = 0; n < 8; n++)
            {
                if ((i->Immediate >> n & 1) != 0)
                {
                    result |= ((n & 4) != 0 ? x : ~x) & ((n & 2) != 0 ? y : ~y) & ((n & 1) != 0 ? z : ~z);
                }
            }

            Rows.Store(d, lane, result, mask);
        }
    }

    /// <summary>The product of four bytes by four bytes, added to the third source.</summary>
    internal struct Dot<TA, TB> : IMap3<uint, uint, uint, uint>
        where TA : IBinaryInteger<TA>
        where TB : IBinaryInteger<TB>
    {
        public static uint Run(uint a, uint b, uint c)
        {
            for (int n = 0; n < 4; n++)
            {
                int x = int.CreateTruncating(TA.CreateTruncating(a >> (8 * n)));
                int y = int.CreateTruncating(TB.CreateTruncating(b >> (8 * n)));
                c += (uint)(x * y);
            }

            return c;
        }
    }
}
