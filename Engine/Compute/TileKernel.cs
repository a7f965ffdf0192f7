using System.Runtime.CompilerServices;

namespace Preble.Engine.Compute;

/// <summary>
/// The one kernel under all matrix products, attention scores and weighted sums of values: accumulators in registers, one fused multiply-add for each
/// element and step, steps in order. Its shapes are (1 to 6 rows) x (1 or 2 units) and 1 row x 4 units; six rows by two units of sixteen lanes keep
/// 24 accumulators, two units and a broadcast in the 32 registers of AVX-512, and reach its peak.
/// </summary>
internal static unsafe class TileKernel<TSimd, TVector, TFormat>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
    where TFormat : struct, IWeightFormat
{
    /// <summary>Most rows of a tile.</summary>
    internal const int RowsMax = 6;

    /// <summary>Computes a tile of <paramref name="rows"/> x <paramref name="units"/>.</summary>
    internal static void Run(Tile* tile, int rows, int units)
    {
        switch (rows, units)
        {
            case (1, 1): Run<One, One>(tile); break;
            case (1, 2): Run<One, Two>(tile); break;
            case (1, 4): Run<One, Four>(tile); break;
            case (2, 1): Run<Two, One>(tile); break;
            case (2, 2): Run<Two, Two>(tile); break;
            case (3, 1): Run<Three, One>(tile); break;
            case (3, 2): Run<Three, Two>(tile); break;
            case (4, 1): Run<Four, One>(tile); break;
            case (4, 2): Run<Four, Two>(tile); break;
            case (5, 1): Run<Five, One>(tile); break;
            case (5, 2): Run<Five, Two>(tile); break;
            case (6, 1): Run<Six, One>(tile); break;
            case (6, 2): Run<Six, Two>(tile); break;
            default: throw new InvalidOperationException($"No tile kernel has {rows} rows and {units} units.");
        }
    }

    /// <summary>How many units a tile of <paramref name="rows"/> rows takes at best.</summary>
    internal static int UnitsFor(int rows) => rows == 1 ? 4 : TSimd.HasManyRegisters || rows <= 3 ? 2 : 1;

    // Rows and units are constants of the type, so the branches on them are gone and the locals of absent rows with them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TRows, TUnits>(Tile* t)
        where TRows : struct, IConstant
        where TUnits : struct, IConstant
    {
        float* a0 = t->A;
        float* a1 = a0 + t->AStride;
        float* a2 = a1 + t->AStride;
        float* a3 = a2 + t->AStride;
        float* a4 = a3 + t->AStride;
        float* a5 = a4 + t->AStride;
        byte* near0 = t->Near0, near1 = t->Near1, near2 = t->Near2, near3 = t->Near3;
        byte* far0 = t->Far0, far1 = t->Far1, far2 = t->Far2, far3 = t->Far3;

        TVector c00 = default, c01 = default, c02 = default, c03 = default;
        TVector c10 = default, c11 = default, c12 = default, c13 = default;
        TVector c20 = default, c21 = default, c22 = default, c23 = default;
        TVector c30 = default, c31 = default, c32 = default, c33 = default;
        TVector c40 = default, c41 = default, c42 = default, c43 = default;
        TVector c50 = default, c51 = default, c52 = default, c53 = default;
        TVector c04 = default, c05 = default, c06 = default, c07 = default;

        if (t->Accumulate)
        {
            float* c = t->C;
            c00 = TSimd.Load(c + t->Low0);
            c01 = TSimd.Load(c + t->High0);
            if (TUnits.Value > 1)
            {
                c02 = TSimd.Load(c + t->Low1);
                c03 = TSimd.Load(c + t->High1);
            }

            if (TUnits.Value > 2)
            {
                c04 = TSimd.Load(c + t->Low2);
                c05 = TSimd.Load(c + t->High2);
                c06 = TSimd.Load(c + t->Low3);
                c07 = TSimd.Load(c + t->High3);
            }

            if (TRows.Value > 1)
            {
                c += t->CStride;
                c10 = TSimd.Load(c + t->Low0);
                c11 = TSimd.Load(c + t->High0);
                if (TUnits.Value > 1)
                {
                    c12 = TSimd.Load(c + t->Low1);
                    c13 = TSimd.Load(c + t->High1);
                }
            }

            if (TRows.Value > 2)
            {
                c += t->CStride;
                c20 = TSimd.Load(c + t->Low0);
                c21 = TSimd.Load(c + t->High0);
                if (TUnits.Value > 1)
                {
                    c22 = TSimd.Load(c + t->Low1);
                    c23 = TSimd.Load(c + t->High1);
                }
            }

            if (TRows.Value > 3)
            {
                c += t->CStride;
                c30 = TSimd.Load(c + t->Low0);
                c31 = TSimd.Load(c + t->High0);
                if (TUnits.Value > 1)
                {
                    c32 = TSimd.Load(c + t->Low1);
                    c33 = TSimd.Load(c + t->High1);
                }
            }

            if (TRows.Value > 4)
            {
                c += t->CStride;
                c40 = TSimd.Load(c + t->Low0);
                c41 = TSimd.Load(c + t->High0);
                if (TUnits.Value > 1)
                {
                    c42 = TSimd.Load(c + t->Low1);
                    c43 = TSimd.Load(c + t->High1);
                }
            }

            if (TRows.Value > 5)
            {
                c += t->CStride;
                c50 = TSimd.Load(c + t->Low0);
                c51 = TSimd.Load(c + t->High0);
                if (TUnits.Value > 1)
                {
                    c52 = TSimd.Load(c + t->Low1);
                    c53 = TSimd.Load(c + t->High1);
                }
            }
        }

        nint k = 0;
        for (int page = 0; k < t->Steps; page++)
        {
            nint end = Math.Min(k + t->PageSteps, t->Steps);
            nint step = t->StepBytes;
            nint offset = t->Pages == null ? 0 : t->Pages[page] * t->PageBytes;
            for (; k < end; k++, offset += step)
            {
                TFormat.Load<TSimd, TVector>(near0 + offset, far0 + offset, out TVector w0, out TVector w1);
                TVector w2 = default, w3 = default;
                if (TUnits.Value > 1)
                {
                    TFormat.Load<TSimd, TVector>(near1 + offset, far1 + offset, out w2, out w3);
                }

                TVector x = TSimd.Broadcast(a0 + k);
                c00 = TSimd.MultiplyAdd(x, w0, c00);
                c01 = TSimd.MultiplyAdd(x, w1, c01);
                if (TUnits.Value > 1)
                {
                    c02 = TSimd.MultiplyAdd(x, w2, c02);
                    c03 = TSimd.MultiplyAdd(x, w3, c03);
                }

                if (TUnits.Value > 2)
                {
                    TFormat.Load<TSimd, TVector>(near2 + offset, far2 + offset, out TVector w4, out TVector w5);
                    TFormat.Load<TSimd, TVector>(near3 + offset, far3 + offset, out TVector w6, out TVector w7);
                    c04 = TSimd.MultiplyAdd(x, w4, c04);
                    c05 = TSimd.MultiplyAdd(x, w5, c05);
                    c06 = TSimd.MultiplyAdd(x, w6, c06);
                    c07 = TSimd.MultiplyAdd(x, w7, c07);
                }

                if (TRows.Value > 1)
                {
                    x = TSimd.Broadcast(a1 + k);
                    c10 = TSimd.MultiplyAdd(x, w0, c10);
                    c11 = TSimd.MultiplyAdd(x, w1, c11);
                    if (TUnits.Value > 1)
                    {
                        c12 = TSimd.MultiplyAdd(x, w2, c12);
                        c13 = TSimd.MultiplyAdd(x, w3, c13);
                    }
                }

                if (TRows.Value > 2)
                {
                    x = TSimd.Broadcast(a2 + k);
                    c20 = TSimd.MultiplyAdd(x, w0, c20);
                    c21 = TSimd.MultiplyAdd(x, w1, c21);
                    if (TUnits.Value > 1)
                    {
                        c22 = TSimd.MultiplyAdd(x, w2, c22);
                        c23 = TSimd.MultiplyAdd(x, w3, c23);
                    }
                }

                if (TRows.Value > 3)
                {
                    x = TSimd.Broadcast(a3 + k);
                    c30 = TSimd.MultiplyAdd(x, w0, c30);
                    c31 = TSimd.MultiplyAdd(x, w1, c31);
                    if (TUnits.Value > 1)
                    {
                        c32 = TSimd.MultiplyAdd(x, w2, c32);
                        c33 = TSimd.MultiplyAdd(x, w3, c33);
                    }
                }

                if (TRows.Value > 4)
                {
                    x = TSimd.Broadcast(a4 + k);
                    c40 = TSimd.MultiplyAdd(x, w0, c40);
                    c41 = TSimd.MultiplyAdd(x, w1, c41);
                    if (TUnits.Value > 1)
                    {
                        c42 = TSimd.MultiplyAdd(x, w2, c42);
                        c43 = TSimd.MultiplyAdd(x, w3, c43);
                    }
                }

                if (TRows.Value > 5)
                {
                    x = TSimd.Broadcast(a5 + k);
                    c50 = TSimd.MultiplyAdd(x, w0, c50);
                    c51 = TSimd.MultiplyAdd(x, w1, c51);
                    if (TUnits.Value > 1)
                    {
                        c52 = TSimd.MultiplyAdd(x, w2, c52);
                        c53 = TSimd.MultiplyAdd(x, w3, c53);
                    }
                }
            }
        }

        float* d = t->C;
        Store<TUnits>(t, d, c00, c01, c02, c03);
        if (TUnits.Value > 2)
        {
            TSimd.Store(d + t->Low2, c04);
            TSimd.Store(d + t->High2, c05);
            TSimd.Store(d + t->Low3, c06);
            TSimd.Store(d + t->High3, c07);
        }

        if (TRows.Value > 1)
        {
            Store<TUnits>(t, d + (1 * t->CStride), c10, c11, c12, c13);
        }

        if (TRows.Value > 2)
        {
            Store<TUnits>(t, d + (2 * t->CStride), c20, c21, c22, c23);
        }

        if (TRows.Value > 3)
        {
            Store<TUnits>(t, d + (3 * t->CStride), c30, c31, c32, c33);
        }

        if (TRows.Value > 4)
        {
            Store<TUnits>(t, d + (4 * t->CStride), c40, c41, c42, c43);
        }

        if (TRows.Value > 5)
        {
            Store<TUnits>(t, d + (5 * t->CStride), c50, c51, c52, c53);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TUnits>(Tile* t, float* row, TVector v0, TVector v1, TVector v2, TVector v3)
        where TUnits : struct, IConstant
    {
        TSimd.Store(row + t->Low0, v0);
        TSimd.Store(row + t->High0, v1);
        if (TUnits.Value > 1)
        {
            TSimd.Store(row + t->Low1, v2);
            TSimd.Store(row + t->High1, v3);
        }
    }
}
