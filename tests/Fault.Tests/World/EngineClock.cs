using Preble.Fault.Tests.Time;

namespace Preble.Fault.Tests.World;

/// <summary>The time inside an engine's step, which the rest of the simulation reaches later.</summary>
internal sealed class EngineClock(VirtualClock clock) : TimeProvider
{
    /// <summary>By how much.</summary>
    public TimeSpan Ahead { get; set; }

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override long GetTimestamp() => clock.GetTimestamp() + Ahead.Ticks;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + Ahead;
}
