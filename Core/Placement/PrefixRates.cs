namespace Preble.Core.Placement;

/// <summary>
/// How often prompts come that part from what is cached at the same page. A table of fixed size: of two prefixes that share a place the one that was used
/// last stays.
/// </summary>
internal sealed class PrefixRates
{
    /// <summary>Prefixes that are remembered at most.</summary>
    public const int PrefixesMax = 1 << PlaceBits;

    /// <summary>Uses over which the time between two is a mean.</summary>
    public const int UsesSpan = 8;

    private const int PlaceBits = 13;

    private readonly Entry[] _entries = new Entry[PrefixesMax];

    /// <summary>Uses a second of a prefix: 0 until it was used twice, and less the longer ago it last was.</summary>
    /// <param name="last">Key of its last page.</param>
    /// <param name="now">Never less than before.</param>
    public double PerSecond(PageKey last, TimeSpan now)
    {
        ref readonly Entry entry = ref _entries[Place(last)];
        double gap = Math.Max(entry.GapSeconds, (now - entry.At).TotalSeconds);
        return entry.Last == last && entry.Uses > 1 && gap > 0 ? 1 / gap : 0;
    }

    /// <summary>A prompt uses a prefix.</summary>
    /// <param name="last">Key of its last page.</param>
    /// <param name="now">Never less than before.</param>
    public void Use(PageKey last, TimeSpan now)
    {
        ref Entry entry = ref _entries[Place(last)];
        if (entry.Last != last || entry.Uses == 0)
        {
            entry = new Entry { Last = last, Uses = 1, At = now };
            return;
        }

        entry.GapSeconds += ((now - entry.At).TotalSeconds - entry.GapSeconds) / Math.Min(entry.Uses, UsesSpan);
        entry.Uses = Math.Min(entry.Uses + 1, UsesSpan);
        entry.At = now;
    }

    private static int Place(PageKey key) => (int)((key.Value * 0x9E3779B97F4A7C15) >> (64 - PlaceBits));

    private struct Entry
    {
        public PageKey Last;
        public int Uses;
        public double GapSeconds;
        public TimeSpan At;
    }
}
