using Preble.Embedded.Tests.Shared;

namespace Preble.Embedded.Tests;

/// <summary>What tests with a clock of their own do with a probe.</summary>
public static class ProbeTimeExtensions
{
    /// <summary>Has a grain ask another for a key, which asks the first.</summary>
    public static Task AskInCircle(this IProbeGrain grain, IProbeGrain other) => grain.KeyThrough(other);

    /// <summary>Lets a call time out and then end.</summary>
    public static async Task HoldShortlyAndThrow(this IProbeGrain grain, Journal journal, FakeTime time)
    {
        Task call = grain.HoldShortly("late");
        await journal.Reached("start late");
        time.Advance(TimeSpan.FromSeconds(4));
        await Task.WhenAny(call);
        journal.Open("late");
        await journal.Reached("end late");
        await call;
    }
}
