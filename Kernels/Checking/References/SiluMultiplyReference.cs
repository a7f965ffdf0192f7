namespace Preble.Kernels.Checking.References;

/// <summary>silu(gate) * up, with silu(x) = x / (1 + exp(-x)).</summary>
internal static class SiluMultiplyReference
{
    internal static double[] Row(ReadOnlySpan<ushort> gate, ReadOnlySpan<ushort> up)
    {
        var row = new double[gate.Length];
        for (int i = 0; i < row.Length; i++)
        {
            double g = Bf16.ToSingle(gate[i]);
            row[i] = g / (1 + Math.Exp(-g)) * Bf16.ToSingle(up[i]);
        }

        return row;
    }
}
