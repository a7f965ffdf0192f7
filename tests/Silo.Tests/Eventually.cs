using System.Diagnostics;

namespace Preble.Silo.Tests;

/// <summary>Waits for what a server does in its own time, by asking.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Between two questions, so that who asks does not take the time of who is to answer.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(5);

    public static async Task HoldsAsync(Func<Task<bool>> condition)
    {
        using var tick = new PeriodicTimer(Period);
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Stopwatch.GetElapsedTime(start).Should().BeLessThan(Limit, "it should have come true by then");
            await tick.WaitForNextTickAsync();
        }
    }
}
