namespace Preble.Kernels.Checking.References;

/// <summary>x / sqrt(mean(x²) + epsilon) * gain</summary>
internal static class RmsNormReference
{
    internal static double[] Row(ReadOnlySpan<float> x, ReadOnlySpan<float> gain, double epsilon)
    {
        double squares = 0;
        foreach (float value in x)
        {
            squares += (double)value * value;
        }

        double factor = 1 / Math.Sqrt((squares / x.Length) + epsilon);
        var row = new double[x.Length];
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = x[i] * factor * gain[i];
        }

        return row;
    }
}
