namespace Preble.Tests;

/// <summary>A clock that stands still until it is moved, to the picosecond. One thread at a time.</summary>
internal sealed class ManualClock : TimeProvider
{
    private long _picoseconds;

    public override long TimestampFrequency => 1_000_000_000_000;

    public override long GetTimestamp() => _picoseconds;

    public void Advance(double seconds) => _picoseconds += (long)Math.Round(seconds * TimestampFrequency);
}
