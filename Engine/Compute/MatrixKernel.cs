using System.Runtime.CompilerServices;

namespace Preble.Engine.Compute;

/// <summary>A block of a matrix product: cuts it into tiles, then applies the epilogue while the sums are in the first-level cache.</summary>
internal static unsafe class MatrixKernel<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    /// <summary>Computes rows [firstRow, firstRow + rows) and panels [firstPanel, firstPanel + panels).</summary>
    /// <param name="product">The whole product.</param>
    /// <param name="firstRow">First row.</param>
    /// <param name="rows">At least one, at most <see cref="KernelSet.BlockRowsMax"/>.</param>
    /// <param name="firstPanel">First panel.</param>
    /// <param name="panels">At least one.</param>
    /// <param name="sums">Scratch of <see cref="KernelSet.SumFloats"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Multiply<TFormat>(in MatrixProduct product, int firstRow, int rows, int firstPanel, int panels, float* sums)
        where TFormat : struct, IWeightFormat
    {
        int tiles = (rows + TileKernel<TSimd, TVector, TFormat>.RowsMax - 1) / TileKernel<TSimd, TVector, TFormat>.RowsMax;
        int units = TileKernel<TSimd, TVector, TFormat>.UnitsFor((rows + tiles - 1) / tiles);
        int groupPanels = rows == 1 ? KernelSet.GroupPanelsMax : KernelSet.GroupPanelsMax / 2;
        PackedMatrix matrix = product.Matrix;

        for (int group = 0; group < panels; group += groupPanels)
        {
            int panel = firstPanel + group;
            int width = Math.Min(groupPanels, panels - group);
            for (int step = 0; step < matrix.Steps; step += KernelSet.BlockSteps)
            {
                int steps = Math.Min(KernelSet.BlockSteps, matrix.Steps - step);
                for (int tile = 0; tile < tiles; tile++)
                {
                    int row = (int)((long)rows * tile / tiles);
                    int tileRows = (int)((long)rows * (tile + 1) / tiles) - row;
                    Tile t = default;
                    t.A = product.A + ((firstRow + row) * product.AStride) + step;
                    t.AStride = product.AStride;
                    t.Steps = steps;
                    t.PageSteps = steps;
                    t.StepBytes = matrix.StepBytes;
                    t.C = sums + (row * KernelSet.SumStride);
                    t.CStride = KernelSet.SumStride;
                    t.Accumulate = step > 0;
                    MultiplyTile<TFormat>(&t, tileRows, units, matrix, panel, width, step);
                    if (step + steps == matrix.Steps)
                    {
                        Finish(product, firstRow + row, tileRows, panel, width, t.C);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyTile<TFormat>(Tile* t, int rows, int unitsMax, PackedMatrix matrix, int panel, int panels, int step)
        where TFormat : struct, IWeightFormat
    {
        // A unit is the low and the high vector of the same words; a panel has as many as vectors fit into 16 words.
        int perPanel = PackedMatrix.HalfColumns / TSimd.Count;
        int count = panels * perPanel;
        for (int unit = 0; unit < count;)
        {
            int units = Math.Min(unitsMax, count - unit);
            units = units == 3 ? 2 : units;
            Place(unit, ref t->Near0, ref t->Far0, ref t->Low0, ref t->High0);
            if (units > 1)
            {
                Place(unit + 1, ref t->Near1, ref t->Far1, ref t->Low1, ref t->High1);
            }

            if (units > 2)
            {
                Place(unit + 2, ref t->Near2, ref t->Far2, ref t->Low2, ref t->High2);
                Place(unit + 3, ref t->Near3, ref t->Far3, ref t->Low3, ref t->High3);
            }

            TileKernel<TSimd, TVector, TFormat>.Run(t, rows, units);
            unit += units;
        }

        void Place(int unit, ref byte* near, ref byte* far, ref nint low, ref nint high)
        {
            int inPanel = unit % perPanel * TSimd.Count;
            near = matrix.Panel(panel + (unit / perPanel)) + ((nint)step * matrix.StepBytes) + (inPanel * sizeof(float));
            far = near + (PackedMatrix.HalfColumns * sizeof(float));
            low = (unit / perPanel * PackedMatrix.PanelColumns) + inPanel;
            high = low + PackedMatrix.HalfColumns;
        }
    }

    private static void Finish(in MatrixProduct product, int row, int rows, int panel, int panels, float* sums)
    {
        int outColumns = product.Epilogue == Epilogue.SwiGlu ? PackedMatrix.HalfColumns : PackedMatrix.PanelColumns;
        float* bias = product.Bias == null ? null : product.Bias + (panel * PackedMatrix.PanelColumns);
        for (int r = 0; r < rows; r++)
        {
            float* output = product.Out + ((row + r) * product.OutStride) + (panel * outColumns);
            float* input = sums + (r * KernelSet.SumStride);
            switch (product.Epilogue)
            {
                case Epilogue.Store:
                    Store(input, bias, output, panels * PackedMatrix.PanelColumns);
                    break;
                case Epilogue.Add:
                    Add(input, bias, output, panels * PackedMatrix.PanelColumns);
                    break;
                default:
                    SwiGlu(input, bias, output, panels);
                    break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Store(float* sums, float* bias, float* output, int columns)
    {
        for (int i = 0; i < columns; i += TSimd.Count)
        {
            TVector sum = TSimd.Load(sums + i);
            TSimd.Store(output + i, bias == null ? sum : TSimd.Add(sum, TSimd.Load(bias + i)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(float* sums, float* bias, float* output, int columns)
    {
        for (int i = 0; i < columns; i += TSimd.Count)
        {
            TVector sum = TSimd.Load(sums + i);
            sum = bias == null ? sum : TSimd.Add(sum, TSimd.Load(bias + i));
            TSimd.Store(output + i, TSimd.Add(TSimd.Load(output + i), sum));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SwiGlu(float* sums, float* bias, float* output, int panels)
    {
        TVector one = TSimd.Create(1f);
        TVector zero = TSimd.Create(0f);
        for (int panel = 0; panel < panels; panel++)
        {
            for (int i = 0; i < PackedMatrix.HalfColumns; i += TSimd.Count)
            {
                TVector gate = TSimd.Load(sums + i);
                TVector up = TSimd.Load(sums + PackedMatrix.HalfColumns + i);
                if (bias != null)
                {
                    gate = TSimd.Add(gate, TSimd.Load(bias + i));
                    up = TSimd.Add(up, TSimd.Load(bias + PackedMatrix.HalfColumns + i));
                }

                TVector e = Exponential.Clamped<TSimd, TVector>(TSimd.Subtract(zero, gate));
                TSimd.Store(output + i, TSimd.Multiply(TSimd.Divide(gate, TSimd.Add(one, e)), up));
            }

            sums += PackedMatrix.PanelColumns;
            output += PackedMatrix.HalfColumns;
            bias = bias == null ? null : bias + PackedMatrix.PanelColumns;
        }
    }
}
