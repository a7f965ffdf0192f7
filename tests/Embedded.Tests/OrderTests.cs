using System.Globalization;
using Preble.Embedded.Tests.Shared;

namespace Preble.Embedded.Tests;

/// <summary>Orders that this host keeps and a cluster does not promise.</summary>
public sealed class OrderTests : IAsyncLifetime
{
    private readonly FakeTimeHost _host = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task CallsOfOneCallerStartInItsOrder()
    {
        (IReentrantProbeGrain grain, Journal journal) = _host.ReentrantProbe();
        Task[] calls = [.. Enumerable.Range(0, 200).Select(i => grain.Work($"{i}", i % 3))];
        await Task.WhenAll(calls).WaitAsync(TestLimits.Wait);
        journal.Events.Where(line => line.StartsWith("start", StringComparison.Ordinal))
            .Should().Equal(Enumerable.Range(0, 200).Select(i => $"start {i}"));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task NoCallIsLostOrReorderedWhenTheGrainDeactivatesAgainAndAgain(int seed)
    {
        var random = new Random(seed);
        (IProbeGrain grain, Journal journal) = _host.Probe();
        var calls = new List<Task>();
        for (int i = 0; i < 300; i++)
        {
            calls.Add(random.Next(10) == 0 ? grain.DeactivateSelf() : grain.Work($"{i}", random.Next(3)));
            if (random.Next(20) == 0) await calls[^1].WaitAsync(TestLimits.Wait);
        }

        await Task.WhenAll(calls).WaitAsync(TestLimits.Wait);
        int[] started = [.. journal.Events
            .Where(line => line.StartsWith("start ", StringComparison.Ordinal))
            .Select(line => int.Parse(line.AsSpan("start ".Length), CultureInfo.InvariantCulture))];
        started.Should().OnlyHaveUniqueItems().And.BeInAscendingOrder();
        journal.Events.Count(line => line.StartsWith("end ", StringComparison.Ordinal)).Should().Be(started.Length);
        journal.Count("deactivated: ApplicationRequested").Should().BeGreaterThan(1);
        journal.Overlaps.Should().Be(0);
        LivesDoNotOverlap(journal.Events);
    }

    private static void LivesDoNotOverlap(IEnumerable<string> events)
    {
        bool alive = false;
        foreach (string line in events)
        {
            if (line == "activating")
            {
                alive.Should().BeFalse();
                alive = true;
            }
            else if (line.StartsWith("deactivated", StringComparison.Ordinal))
            {
                alive.Should().BeTrue();
                alive = false;
            }
            else
            {
                alive.Should().BeTrue();
            }
        }
    }
}
