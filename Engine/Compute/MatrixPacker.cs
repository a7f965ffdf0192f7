using System.Runtime.ExceptionServices;
using Preble.Engine.Weights;

namespace Preble.Engine.Compute;

/// <summary>Builds a <see cref="PackedMatrix"/> from rows of tensors, and checks on the way that every weight is finite.</summary>
internal static unsafe class MatrixPacker
{
    /// <summary>Steps that are packed together, so that reads and writes both stay in the first-level cache.</summary>
    private const int BlockSteps = 32;

    /// <summary>Packs rows one after the other.</summary>
    internal static PackedMatrix Stack(int steps, int threads, params ReadOnlySpan<TensorData> tensors)
    {
        long count = 0;
        foreach (TensorData tensor in tensors)
        {
            count += tensor.Info.Shape[0];
        }

        var rows = new List<PackedRow>(checked((int)count));
        foreach (TensorData tensor in tensors)
        {
            for (long row = 0; row < tensor.Info.Shape[0]; row++)
            {
                rows.Add(new PackedRow(tensor, row));
            }
        }

        while (rows.Count % PackedMatrix.PanelColumns != 0)
        {
            rows.Add(default);
        }

        return Pack(rows, steps, threads);
    }

    /// <summary>
    /// Packs two tensors of equal shape so that the lower half of each panel comes from the first and the upper half from the second.
    /// </summary>
    internal static PackedMatrix Pair(int steps, int threads, TensorData first, TensorData second)
    {
        long count = first.Info.Shape[0];
        var rows = new List<PackedRow>();
        for (long start = 0; start < count; start += PackedMatrix.HalfColumns)
        {
            foreach (TensorData tensor in (ReadOnlySpan<TensorData>)[first, second])
            {
                for (long row = start; row < start + PackedMatrix.HalfColumns; row++)
                {
                    rows.Add(row < count ? new PackedRow(tensor, row) : default);
                }
            }
        }

        return Pack(rows, steps, threads);
    }

    private static PackedMatrix Pack(List<PackedRow> rows, int steps, int threads)
    {
        // Tensors of one type keep it; a mixture is widened to f32, which holds all of them exactly.
        TensorType[] types = [.. rows.Where(r => r.Tensor is not null).Select(r => r.Tensor!.Value.Info.Type).Distinct()];
        TensorType type = types.Length == 1 ? types[0] : TensorType.F32;
        var matrix = new PackedMatrix(type, steps, rows.Count / PackedMatrix.PanelColumns);
        try
        {
            Parallel.For(0, matrix.Panels, new ParallelOptions { MaxDegreeOfParallelism = threads }, panel => PackPanel(matrix, panel, rows));
            return matrix;
        }
        catch (AggregateException e) when (e.InnerExceptions.Count > 0)
        {
            matrix.Dispose();
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
            throw;
        }
    }

    private static void PackPanel(PackedMatrix matrix, int panel, List<PackedRow> rows)
    {
        byte* target = matrix.Panel(panel);
        for (int start = 0; start < matrix.Steps; start += BlockSteps)
        {
            int end = Math.Min(start + BlockSteps, matrix.Steps);
            for (int place = 0; place < PackedMatrix.PanelColumns; place++)
            {
                PackedRow row = rows[(panel * PackedMatrix.PanelColumns) + place];
                if (matrix.Type == TensorType.F32)
                {
                    PackWide((float*)target + place, row, matrix.Steps, start, end);
                }
                else
                {
                    int element = (2 * (place % PackedMatrix.HalfColumns)) + (place / PackedMatrix.HalfColumns);
                    PackNarrow((ushort*)target + element, row, matrix.Steps, start, end);
                }
            }
        }
    }

    private static void PackNarrow(ushort* target, PackedRow row, int steps, int start, int end)
    {
        if (row.Tensor is not { } tensor)
        {
            for (int step = start; step < end; step++)
            {
                target[step * PackedMatrix.PanelColumns] = 0;
            }

            return;
        }

        var source = (ushort*)tensor.Row(row.Row, steps);
        int exponent = tensor.Info.Type == TensorType.BF16 ? 0x7f80 : 0x7c00;
        for (int step = start; step < end; step++)
        {
            ushort bits = source[step];
            if ((bits & exponent) == exponent)
            {
                throw NotFinite(tensor, row.Row, step);
            }

            target[step * PackedMatrix.PanelColumns] = bits;
        }
    }

    private static void PackWide(float* target, PackedRow row, int steps, int start, int end)
    {
        for (int step = start; step < end; step++)
        {
            float value = 0;
            if (row.Tensor is { } tensor)
            {
                value = TensorData.Read(tensor.Row(row.Row, steps), tensor.Info.Type, step);
                if (!float.IsFinite(value))
                {
                    throw NotFinite(tensor, row.Row, step);
                }
            }

            target[step * PackedMatrix.PanelColumns] = value;
        }
    }

    private static ModelFormatException NotFinite(TensorData tensor, long row, int step) =>
        new(tensor.File, tensor.Info.Name, $"the weight at [{row}, {step}] is not a finite number");
}
