using Preble.Core.Serving;
using Preble.Engine.Cpu;

namespace Preble.Engine.Tests.Support;

/// <summary>Short forms of steps.</summary>
internal static class Sequences
{
    internal const int PageTokens = 16;

    /// <summary>Page ids from <paramref name="first"/> on, enough for that many tokens.</summary>
    internal static int[] Pages(int tokens, int first = 0, int pageTokens = PageTokens) => [.. Enumerable.Range(first, (tokens + pageTokens - 1) / pageTokens)];

    /// <summary>Logits after a prompt computed in one step on the first pages.</summary>
    internal static float[] Logits(CpuForwardPass pass, ReadOnlySpan<int> tokens)
    {
        pass.Forward([new BatchEntry(tokens.ToArray(), 0, Pages(tokens.Length, 0, pass.PageTokens), true)]);
        return pass.Logits(0).ToArray();
    }

    internal static int ArgMax(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            best = logits[i] > logits[best] ? i : best;
        }

        return best;
    }

    internal static int[] RandomTokens(Random random, int count, int vocabulary)
    {
        int[] tokens = new int[count];
        for (int i = 0; i < count; i++)
        {
            tokens[i] = random.Next(vocabulary);
        }

        return tokens;
    }

    /// <summary>Bits, so that -0 and 0 differ and NaN equals itself.</summary>
    internal static int[] Bits(ReadOnlySpan<float> values)
    {
        int[] bits = new int[values.Length];
        for (int i = 0; i < bits.Length; i++)
        {
            bits[i] = BitConverter.SingleToInt32Bits(values[i]);
        }

        return bits;
    }
}
