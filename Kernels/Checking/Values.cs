namespace Preble.Kernels.Checking;

/// <summary>Random inputs of one check; equal seeds give equal inputs. A counter through SplitMix64's mixer, fast enough for hundreds of millions.</summary>
internal sealed class Values(ulong seed)
{
    private ulong _state = seed * 0x9E3779B97F4A7C15;

    /// <summary>bfloat16 numbers spread evenly from -scale to scale.</summary>
    internal ushort[] Bf16s(long count, float scale = 1)
    {
        var values = new ushort[count];
        for (long i = 0; i < count; i += 4)
        {
            ulong bits = Next();
            for (int lane = 0; lane < 4 && i + lane < count; lane++)
            {
                values[i + lane] = Bf16.FromSingle((short)(bits >> (16 * lane)) * (scale / 32768));
            }
        }

        return values;
    }

    /// <summary>Floats spread evenly from centre - spread to centre + spread.</summary>
    internal float[] Singles(long count, float centre = 0, float spread = 1)
    {
        var values = new float[count];
        for (long i = 0; i < count; i++)
        {
            values[i] = centre + (spread * (float)((2 * Uniform()) - 1));
        }

        return values;
    }

    /// <summary>A whole number from 0 on, less than <paramref name="limit"/>.</summary>
    internal int Below(int limit) => (int)(((Next() >> 32) * (ulong)limit) >> 32);

    /// <summary>From 0 on, less than 1.</summary>
    internal double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>0 to count - 1 in random order.</summary>
    internal int[] Shuffled(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int other = Below(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }

    private ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
