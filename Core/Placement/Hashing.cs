namespace Preble.Core.Placement;

/// <summary>Hashes that are the same on every machine and in every run, for policies that place by them.</summary>
internal static class Hashing
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>Spreads a number over all 64 bits; different seeds give unrelated hashes.</summary>
    public static ulong Mix(ulong value, ulong seed)
    {
        // The finalizer of splitmix64, twice, so that neither argument shows in the result.
        ulong state = Finish(seed + Golden) ^ value;
        return Finish(state + Golden);
    }

    /// <summary>A hash of a worker's name.</summary>
    public static ulong Of(WorkerId worker)
    {
        ulong state = (ulong)worker.Value.Length;
        foreach (char letter in worker.Value)
        {
            state = Mix(letter, state);
        }

        return state;
    }

    /// <summary>A number from 0 up to 1, as even as its argument.</summary>
    public static double Share(ulong hash) => (hash >> 11) * (1.0 / (1UL << 53));

    private static ulong Finish(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
