using System.Diagnostics;

namespace Preble.Grains.Tests;

/// <summary>Waits for what grains do in their own time, by asking, not by sleeping.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task HoldsAsync(Func<Task<bool>> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Stopwatch.GetElapsedTime(start).Should().BeLessThan(Limit, "it should have come true by then");
            await Task.Yield();
        }
    }
}
