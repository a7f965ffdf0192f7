using System.Numerics;
using System.Runtime.InteropServices;

namespace Preble.Kernels.Checking.References;

/// <summary>The two loops that references spend their time in.</summary>
internal static class DoubleMath
{
    internal static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ReadOnlySpan<Vector<double>> left = MemoryMarshal.Cast<double, Vector<double>>(a);
        ReadOnlySpan<Vector<double>> right = MemoryMarshal.Cast<double, Vector<double>>(b[..a.Length]);
        Vector<double> sums = Vector<double>.Zero;
        for (int i = 0; i < left.Length; i++)
        {
            sums += left[i] * right[i];
        }

        double sum = Vector.Sum(sums);
        for (int i = left.Length * Vector<double>.Count; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>target += factor * source</summary>
    internal static void AddScaled(Span<double> target, ReadOnlySpan<double> source, double factor)
    {
        Span<Vector<double>> to = MemoryMarshal.Cast<double, Vector<double>>(target);
        ReadOnlySpan<Vector<double>> from = MemoryMarshal.Cast<double, Vector<double>>(source[..target.Length]);
        for (int i = 0; i < to.Length; i++)
        {
            to[i] += from[i] * factor;
        }

        for (int i = to.Length * Vector<double>.Count; i < target.Length; i++)
        {
            target[i] += source[i] * factor;
        }
    }

    /// <summary>The numbers that bfloat16 bits stand for.</summary>
    internal static void Widen(ReadOnlySpan<ushort> bits, Span<double> values)
    {
        for (int i = 0; i < bits.Length; i++)
        {
            values[i] = Bf16.ToSingle(bits[i]);
        }
    }

    /// <inheritdoc cref="Widen(ReadOnlySpan{ushort}, Span{double})"/>
    internal static double[] Widen(ReadOnlySpan<ushort> bits)
    {
        var values = new double[bits.Length];
        Widen(bits, values);
        return values;
    }
}
