using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Preble.Engine.Sampling;

/// <summary>Vectorised passes over a row of logits. Each gives the same bits on every machine.</summary>
internal static class LogitMath
{
    /// <summary>Index of the largest value, the lowest of equals.</summary>
    /// <param name="logits">[vocabulary], at least one; throws <see cref="InvalidOperationException"/> if one is not a number or none is above minus
    /// infinity.</param>
    internal static int Argmax(ReadOnlySpan<float> logits)
    {
        var largest = Max(logits);
        var wanted = new Vector<float>(largest);
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(logits);
        for (var v = 0; v < vectors.Length; v++)
        {
            if (Vector.EqualsAny(vectors[v], wanted))
            {
                return (v * Vector<float>.Count) + logits.Slice(v * Vector<float>.Count, Vector<float>.Count).IndexOf(largest);
            }
        }

        var tail = vectors.Length * Vector<float>.Count;
        return tail + logits[tail..].IndexOf(largest);
    }

    /// <summary>The largest value; errors as <see cref="Argmax"/>.</summary>
    internal static float Max(ReadOnlySpan<float> logits)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(logits);
        var largest = new Vector<float>(float.NegativeInfinity);
        var areNumbers = Vector<int>.AllBitsSet;
        foreach (var vector in vectors)
        {
            largest = Vector.Max(largest, vector);
            areNumbers &= Vector.Equals(vector, vector);
        }

        var max = float.NegativeInfinity;
        for (var i = 0; i < Vector<float>.Count; i++)
        {
            max = Math.Max(max, largest[i]);
        }

        var isNumber = areNumbers == Vector<int>.AllBitsSet;
        foreach (var value in logits[(vectors.Length * Vector<float>.Count)..])
        {
            max = Math.Max(max, value);
            isNumber &= !float.IsNaN(value);
        }

        return isNumber && float.IsFinite(max)
            ? max
            : throw new InvalidOperationException("The logits have a value that is not a number, or none that is finite at their top.");
    }

    /// <summary>Writes exp((logit - max) * factor) for each logit.</summary>
    /// <param name="logits">[vocabulary]</param>
    /// <param name="max">The largest of them.</param>
    /// <param name="factor">Reciprocal of the temperature.</param>
    /// <param name="weights">[vocabulary]; may be <paramref name="logits"/> itself.</param>
    internal static void Exponentials(ReadOnlySpan<float> logits, float max, float factor, Span<float> weights)
    {
        var (m, f) = (Vector256.Create(max), Vector256.Create(factor));
        var input = MemoryMarshal.Cast<float, Vector256<float>>(logits);
        var output = MemoryMarshal.Cast<float, Vector256<float>>(weights);
        for (var v = 0; v < input.Length; v++)
        {
            output[v] = Vector256.Exp((input[v] - m) * f);
        }

        // The rest goes through the same vector code, so that a token's weight does not depend on its place.
        Span<float> rest = stackalloc float[Vector256<float>.Count];
        rest.Fill(max);
        var tail = input.Length * Vector256<float>.Count;
        logits[tail..].CopyTo(rest);
        Vector256.Exp((Vector256.Create<float>(rest) - m) * f).CopyTo(rest);
        rest[..(logits.Length - tail)].CopyTo(weights[tail..]);
    }

    /// <summary>Sum in double precision, in order.</summary>
    internal static double Sum(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }
}
