using System.Diagnostics;

namespace Preble.Embedded.Tests.Shared;

/// <summary>How long a test waits for what must come.</summary>
public static class TestLimits
{
    /// <summary>Far over any time that a passing test takes.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromMinutes(2);

    /// <summary>Waits for a condition that other threads bring about.</summary>
    public static async Task Until(Func<bool> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Wait) throw new TimeoutException($"Waited in vain until {what}.");
            await Task.Yield();
        }
    }
}
