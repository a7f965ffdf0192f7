namespace Preble.Engine.Sampling;

/// <summary>
/// Random numbers without state: the n-th draw depends on seed and n alone, so that a sequence resumed elsewhere draws on as if nothing had happened.
/// The mixer is SplitMix64's (Steele, Lea, Flood 2014), applied to seed and counter.
/// </summary>
internal static class CounterRandom
{
    /// <summary>Draw <paramref name="counter"/> of a seed: from 0 on, less than 1, a multiple of 2^-53.</summary>
    internal static double Uniform(ulong seed, ulong counter) => (Bits(seed, counter) >> 11) * (1.0 / (1UL << 53));

    /// <summary>64 random bits.</summary>
    internal static ulong Bits(ulong seed, ulong counter) => Mix(Mix(seed + 0x9E3779B97F4A7C15) + (counter * 0x9E3779B97F4A7C15));

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
