namespace Preble.Embedded.Tests.Shared;

/// <summary>Begin and end of activations.</summary>
public sealed class ActivationTests(TestHostFixture host) : IClassFixture<TestHostFixture>
{
    [Fact]
    public async Task ConcurrentFirstCallsActivateOnceAndRunAfterTheHook()
    {
        for (int round = 0; round < 50; round++)
        {
            (IProbeGrain grain, Journal journal) = host.Probe();
            Task[] calls = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(() => grain.Work("it", 1)))];
            await Task.WhenAll(calls).WaitAsync(TestLimits.Wait);
            journal.Count("activating").Should().Be(1);
            journal.Events.Take(2).Should().Equal("activating", "activated");
            journal.Overlaps.Should().Be(0);
        }
    }

    [Fact]
    public async Task DeactivationWaitsForTheRequestsThatRun()
    {
        (IReentrantProbeGrain grain, Journal journal) = host.ReentrantProbe();
        Task running = grain.Hold("it");
        await journal.Reached("start it");
        await grain.DeactivateSelf().WaitAsync(TestLimits.Wait);
        Task<string> next = grain.Key();
        journal.Events.Should().NotContain("deactivating");
        journal.Open("it");
        await running.WaitAsync(TestLimits.Wait);
        await next.WaitAsync(TestLimits.Wait);
        journal.Events.Should().Equal(
            "activating", "activated", "start it", "end it", "deactivating", "deactivated: ApplicationRequested", "activating", "activated");
    }
}
