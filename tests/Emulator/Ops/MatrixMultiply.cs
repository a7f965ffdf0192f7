using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Preble.Emulator.Execution;

namespace Preble.Emulator.Ops;

/// <summary>
/// mma.sync.m16n8k16 and k8 with 16-bit sources and sums in 32-bit floats, k after k. In lane l, with g = l/4 and t = l%4, are of A: rows g, g+8 (every
/// second register) by columns 2t, 2t+1 (+8 for the later registers); of B: rows 2t, 2t+1 (+8) by column g; of C and D: rows g, g+8 by columns 2t, 2t+1.
/// Operands: D (4), A (4 or 2), B (2 or 1), C (4).
/// </summary>
internal static unsafe class MatrixMultiply<TFormat>
    where TFormat : struct, IPairFormat
{
    private const int Half = 16;

    private static readonly Vector512<uint> Groups = Vector512.Create(0u, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(Warp warp, Instruction* i, uint mask)
    {
        int blocks = (int)i->Immediate;
        int a = 4;
        int b = a + (2 * blocks);
        int c = b + blocks;

        // Of B, 8 rows by 8 columns of each block, by pairs of rows: for row k the columns 0, 2, 4, 6, then 1, 3, 5, 7.
        float* columns = stackalloc float[2 * 8 * 8];
        for (int block = 0; block < blocks; block++)
        {
            Spread((uint*)warp.Row(i->Operand[b + block]), columns + (block * 64));
        }

        for (int half = 0; half < Warp.Lanes; half += Half)
        {
            Vector512<float> c0 = Vector512.Load((float*)warp.Row(i->Operand[c]) + half);
            Vector512<float> c1 = Vector512.Load((float*)warp.Row(i->Operand[c + 1]) + half);
            Vector512<float> c2 = Vector512.Load((float*)warp.Row(i->Operand[c + 2]) + half);
            Vector512<float> c3 = Vector512.Load((float*)warp.Row(i->Operand[c + 3]) + half);
            for (int block = 0; block < blocks; block++)
            {
                Vector512<uint> top = Vector512.Load((uint*)warp.Row(i->Operand[a + (2 * block)]) + half);
                Vector512<uint> bottom = Vector512.Load((uint*)warp.Row(i->Operand[a + (2 * block) + 1]) + half);
                float* row = columns + (block * 64);
                for (int pair = 0; pair < 4; pair++)
                {
                    // The pair of columns that lane 4g + pair holds goes to all lanes of its row g.
                    Vector512<uint> from = Groups + Vector512.Create((uint)pair);
                    Vector512<uint> upper = Vector512.Shuffle(top, from);
                    Vector512<uint> lower = Vector512.Shuffle(bottom, from);
                    for (int odd = 0; odd < 2; odd++, row += 8)
                    {
                        Vector512<float> even = Vector512.Create(Vector128.Load(row));
                        Vector512<float> uneven = Vector512.Create(Vector128.Load(row + 4));
                        Vector512<float> x = odd == 0 ? TFormat.First(upper) : TFormat.Second(upper);
                        Vector512<float> y = odd == 0 ? TFormat.First(lower) : TFormat.Second(lower);
                        c0 = Vector512.FusedMultiplyAdd(x, even, c0);
                        c1 = Vector512.FusedMultiplyAdd(x, uneven, c1);
                        c2 = Vector512.FusedMultiplyAdd(y, even, c2);
                        c3 = Vector512.FusedMultiplyAdd(y, uneven, c3);
                    }
                }
            }

            c0.Store((float*)warp.Row(i->Operand[0]) + half);
            c1.Store((float*)warp.Row(i->Operand[1]) + half);
            c2.Store((float*)warp.Row(i->Operand[2]) + half);
            c3.Store((float*)warp.Row(i->Operand[3]) + half);
        }
    }

    private static void Spread(uint* row, float* columns)
    {
        float* first = stackalloc float[Warp.Lanes];
        float* second = stackalloc float[Warp.Lanes];
        for (int half = 0; half < Warp.Lanes; half += Half)
        {
            TFormat.First(Vector512.Load(row + half)).Store(first + half);
            TFormat.Second(Vector512.Load(row + half)).Store(second + half);
        }

        for (int t = 0; t < 4; t++)
        {
            for (int g = 0; g < 8; g++)
            {
                int column = (g / 2) + (4 * (g % 2));
                columns[(16 * t) + column] = first[(4 * g) + t];
                columns[(16 * t) + 8 + column] = second[(4 * g) + t];
            }
        }
    }
}
