using System.Runtime.CompilerServices;
using Preble.Engine.Weights;

namespace Preble.Engine.Compute;

/// <summary>
/// A weight matrix in panels of 32 output columns: <c>[panel][step][16 words]</c>. Word j of a step holds columns j and j + 16 of the panel: the low
/// and the high half of 32 bits in a format of two bytes, or two f32 sixteen numbers apart. So a kernel set of any width finds its lanes side by
/// side, and widening two bf16 vectors costs one load, one shift and one mask. Columns beyond the matrix hold zeros.
/// </summary>
internal sealed unsafe class PackedMatrix : IDisposable
{
    /// <summary>Output columns of a panel.</summary>
    internal const int PanelColumns = 32;

    /// <summary>Columns of the lower half of a panel.</summary>
    internal const int HalfColumns = PanelColumns / 2;

    private readonly AlignedMemory _memory;

    internal PackedMatrix(TensorType type, int steps, int panels)
    {
        Type = type;
        Steps = steps;
        Panels = panels;
        StepBytes = PanelColumns * (type == TensorType.F32 ? 4 : 2);
        _memory = new AlignedMemory(checked(PanelBytes * panels));
    }

    /// <summary>How the numbers are stored.</summary>
    internal TensorType Type { get; }

    /// <summary>Length of the summed dimension.</summary>
    internal int Steps { get; }

    /// <summary>Number of panels.</summary>
    internal int Panels { get; }

    /// <summary>Bytes of one step of one panel.</summary>
    internal int StepBytes { get; }

    /// <summary>Bytes of one panel.</summary>
    internal long PanelBytes => (long)StepBytes * Steps;

    /// <summary>Bytes in all.</summary>
    internal long Bytes => _memory.Bytes;

    /// <summary>Output columns with padding.</summary>
    internal int Columns => Panels * PanelColumns;

    /// <summary>First byte of a panel.</summary>
    internal byte* Panel(long panel) => _memory.Pointer + (panel * PanelBytes);

    /// <summary>Copies one output column, widened: the row of an embedding.</summary>
    /// <param name="column">Output column.</param>
    /// <param name="target">[Steps]</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void CopyColumn(int column, float* target)
    {
        byte* panel = Panel(column / PanelColumns);
        int place = column % PanelColumns;
        int element = Type == TensorType.F32 ? place : (2 * (place % HalfColumns)) + (place / HalfColumns);
        switch (Type)
        {
            case TensorType.BF16:
                for (int step = 0; step < Steps; step++)
                {
                    target[step] = BitConverter.UInt32BitsToSingle((uint)((ushort*)panel)[(step * PanelColumns) + element] << 16);
                }

                break;
            default:
                for (int step = 0; step < Steps; step++)
                {
                    target[step] = TensorData.Read(panel, Type, (step * PanelColumns) + element);
                }

                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
