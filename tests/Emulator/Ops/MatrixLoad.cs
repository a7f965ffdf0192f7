using System.Numerics;
using Preble.Emulator.Execution;

namespace Preble.Emulator.Ops;

/// <summary>
/// ldmatrix and stmatrix: 8x8 matrices of 16-bit numbers in shared memory. Lanes 8m to 8m+7 give the addresses of the rows of matrix m; lane l holds, of
/// each matrix, columns 2(l%4) and the next of row l/4, or of the transposed matrix.
/// </summary>
internal static unsafe class MatrixLoad
{
    private const int RowBytes = 16;
    private const int Columns = 8;

    /// <summary>Transposed if the target's number is not 0.</summary>
    internal static void Load(Warp warp, Instruction* i, uint mask)
    {
        int matrices = i->Shape.Elements;
        ushort* rows = stackalloc ushort[4 * Columns * Columns];
        byte* data = Rows(warp, i, matrices, false);
        for (int lane = 0; lane < Columns * matrices; lane++)
        {
            Buffer.MemoryCopy(data + warp.Offsets[lane], rows + (lane * Columns), RowBytes, RowBytes);
        }

        bool transposed = i->Target != 0;
        for (int m = 0; m < matrices; m++)
        {
            uint* target = (uint*)warp.Row(i->Operand[m]);
            ushort* matrix = rows + (m * Columns * Columns);
            for (int lane = 0; lane < Warp.Lanes; lane++)
            {
                int row = lane / 4;
                int column = 2 * (lane % 4);
                target[lane] = transposed
                    ? matrix[(column * Columns) + row] | ((uint)matrix[((column + 1) * Columns) + row] << 16)
                    : *(uint*)(matrix + (row * Columns) + column);
            }
        }
    }

    /// <inheritdoc cref="Load"/>
    internal static void Store(Warp warp, Instruction* i, uint mask)
    {
        int matrices = i->Shape.Elements;
        bool transposed = i->Target != 0;
        byte* data = Rows(warp, i, matrices, true);
        for (int m = 0; m < matrices; m++)
        {
            uint* source = (uint*)warp.Row(i->Operand[m]);
            for (int lane = 0; lane < Warp.Lanes; lane++)
            {
                int row = lane / 4;
                int column = 2 * (lane % 4);
                for (int half = 0; half < 2; half++)
                {
                    (int r, int c) = transposed ? (column + half, row) : (row, column + half);
                    ((ushort*)(data + warp.Offsets[(m * Columns) + r]))[c] = (ushort)(source[lane] >> (16 * half));
                }
            }
        }
    }

    private static byte* Rows(Warp warp, Instruction* i, int matrices, bool write)
    {
        uint lanes = matrices == 4 ? uint.MaxValue : (1u << (Columns * matrices)) - 1;
        if (Addressing.Resolve(warp, i, lanes, RowBytes, out _) == null)
        {
            // Not all in range: the first that is not tells.
            for (uint left = lanes; left != 0; left &= left - 1)
            {
                Addressing.Resolve(warp, i, left & (~left + 1), RowBytes, out _);
            }
        }

        for (int lane = 0; lane < BitOperations.PopCount(lanes); lane++)
        {
            if (write)
            {
                Checks.Write(warp, i, lane, warp.Block.Shared, warp.Offsets[lane], RowBytes);
                Checks.WriteShared(warp, i, lane, warp.Offsets[lane], RowBytes, false);
            }
            else
            {
                Checks.Read(warp, i, lane, warp.Block.Shared, warp.Offsets[lane], RowBytes);
                Checks.ReadShared(warp, i, lane, warp.Offsets[lane], RowBytes);
            }
        }

        return warp.Block.Shared.Data;
    }
}
