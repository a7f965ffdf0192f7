namespace Preble.Kernels.Checking.References;

/// <summary>The rotation of a head by its position, with pairs (i, i + headDim / 2) as Hugging Face has them.</summary>
internal static class RotaryReference
{
    /// <summary>Tables of floats [position, headDim / 2] for base 10,000, computed in double.</summary>
    internal static (float[] Cos, float[] Sin) Tables(int positions, int headDim)
    {
        int half = headDim / 2;
        var (cos, sin) = (new float[positions * half], new float[positions * half]);
        for (int p = 0; p < positions; p++)
        {
            for (int i = 0; i < half; i++)
            {
                double angle = p * Math.Pow(10_000, -2.0 * i / headDim);
                cos[(p * half) + i] = (float)Math.Cos(angle);
                sin[(p * half) + i] = (float)Math.Sin(angle);
            }
        }

        return (cos, sin);
    }

    /// <summary>One head, rotated by a row of the tables.</summary>
    internal static double[] Rotate(ReadOnlySpan<ushort> head, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin)
    {
        double[] x = DoubleMath.Widen(head);
        int half = x.Length / 2;
        var rotated = new double[x.Length];
        for (int i = 0; i < half; i++)
        {
            rotated[i] = (x[i] * cos[i]) - (x[i + half] * sin[i]);
            rotated[i + half] = (x[i + half] * cos[i]) + (x[i] * sin[i]);
        }

        return rotated;
    }
}
