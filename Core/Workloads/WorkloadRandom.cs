namespace Preble.Core.Workloads;

/// <summary>
/// Chance of a workload: xoshiro256** (Blackman and Vigna) seeded by SplitMix64, so that a seed means the same on every machine and in every version of
/// the runtime. Streams of one seed are independent: what one draws more or less of does not move the others.
/// </summary>
internal sealed class WorkloadRandom
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    /// <param name="seed">Of the workload.</param>
    /// <param name="stream">What is drawn: one number for each purpose.</param>
    public WorkloadRandom(int seed, int stream)
    {
        ulong state = ((ulong)(uint)seed << 32) | (uint)stream;
        _a = SplitMix(ref state);
        _b = SplitMix(ref state);
        _c = SplitMix(ref state);
        _d = SplitMix(ref state);
    }

    /// <summary>Mixes a number so that neighbours have nothing in common; different numbers stay different.</summary>
    public static ulong Mix(ulong value) => SplitMix(ref value);

    /// <summary>64 bits by chance. As the content of a segment: unlike any other.</summary>
    public ulong Bits()
    {
        ulong result = ulong.RotateLeft(_b * 5, 7) * 9;
        ulong shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = ulong.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>From 0 to below 1, in steps of 2^-53.</summary>
    public double Share() => (Bits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A whole number from 0 to below <paramref name="limit"/>.</summary>
    /// <param name="limit">At least 1. Uneven by less than one part in 2^31 of it: nothing that a workload could show.</param>
    public int Below(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return (int)(((Bits() >> 32) * (ulong)limit) >> 32);
    }

    /// <summary>Of an exponential distribution with mean 1: the gap between two arrivals of a Poisson process of rate 1.</summary>
    public double Exponential() => -PortableMath.Ln(1 - Share());

    /// <summary>Of a normal distribution with mean 0 and standard deviation 1 (Marsaglia's polar method).</summary>
    public double Normal()
    {
        while (true)
        {
            double x = (2 * Share()) - 1;
            double y = (2 * Share()) - 1;
            double square = (x * x) + (y * y);
            if (square is > 0 and < 1)
            {
                return x * Math.Sqrt(-2 * PortableMath.Ln(square) / square);
            }
        }
    }

    /// <summary>Any order of the items with the same chance.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = Below(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
