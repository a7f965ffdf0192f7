using System.Diagnostics;

namespace Preble.Embedded.Tests.Shared;

/// <summary>How long a test waits for what must come.</summary>
public static class TestLimits
{
    /// <summary>Far over any time that a passing test takes.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromMinutes(2);

    /// <summary>Questions that are asked at once; what has not come by then takes its time.</summary>
    private const int YieldsMax = 100;

    /// <summary>Between two questions then, so that who asks does not take the time of who brings it about.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(5);

    /// <summary>Waits for a condition that other threads bring about.</summary>
    public static async Task Until(Func<bool> condition, string what)
    {
        using var tick = new PeriodicTimer(Period);
        long start = Stopwatch.GetTimestamp();
        for (int asked = 1; !condition(); asked++)
        {
            if (Stopwatch.GetElapsedTime(start) > Wait) throw new TimeoutException($"Waited in vain until {what}.");
            if (asked <= YieldsMax) await Task.Yield();
            else await tick.WaitForNextTickAsync();
        }
    }
}
