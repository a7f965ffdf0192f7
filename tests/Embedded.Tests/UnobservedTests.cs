using Preble.Embedded.Tests.Shared;

namespace Preble.Embedded.Tests;

/// <summary>Exceptions that nobody looks at. They come from all over the process, so this runs alone.</summary>
[CollectionDefinition(nameof(UnobservedTests), DisableParallelization = true)]
[Collection(nameof(UnobservedTests))]
public sealed class UnobservedTests
{
    [Fact]
    public async Task FailuresLeaveNoUnobservedExceptions()
    {
        // What other tests have left must not come to this one.
        Collect();
        var unobserved = new List<Exception>();
        EventHandler<UnobservedTaskExceptionEventArgs> handler = (_, args) =>
        {
            lock (unobserved) unobserved.Add(args.Exception);
        };
        TaskScheduler.UnobservedTaskException += handler;
        try
        {
            await FailInEveryWayAsync();
            Collect();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= handler;
        }

        unobserved.Should().BeEmpty();

        static void Collect()
        {
            for (int i = 0; i < 2; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }

        static async Task FailInEveryWayAsync()
        {
            await using var host = new FakeTimeHost();
            (IProbeGrain grain, Journal journal) = host.Probe();
            for (int i = 0; i < 20; i++)
            {
                await grain.Awaiting(it => it.ThrowAtOnce("it")).Should().ThrowAsync<InvalidOperationException>();
                await grain.Awaiting(it => it.ThrowLater("it")).Should().ThrowAsync<ArgumentException>();
                await grain.Awaiting(it => it.ThrowCanceled()).Should().ThrowAsync<OperationCanceledException>();
            }

            journal.Open("gate");
            await grain.Tell("gate", fail: true);
            Task late = grain.HoldShortlyAndThrow(journal, host.Time);
            await late.Awaiting(it => it).Should().ThrowAsync<TimeoutException>();
        }
    }
}
