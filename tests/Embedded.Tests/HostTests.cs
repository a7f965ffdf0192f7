using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Preble.Embedded.Activations;
using Preble.Embedded.Tests.Grains;
using Preble.Embedded.Tests.Shared;

namespace Preble.Embedded.Tests;

/// <summary>The host as a whole: services, stop, limits.</summary>
public sealed class HostTests
{
    [Fact]
    public async Task GrainsAreMadeWithServicesAndTheScopeEndsWithTheActivation()
    {
        await using var host = new FakeTimeHost();
        IInjectedGrain grain = host.Grains.GetGrain<IInjectedGrain>("injected");
        (await grain.Facts()).Should().Be(("injected", true, true, true));
        ScopedThing scoped = await grain.Scoped();
        scoped.IsDisposed.Should().BeFalse();
        IGrainContext context = await grain.Context();
        await grain.DeactivateSelf();
        await context.Deactivated.WaitAsync(TestLimits.Wait);
        scoped.IsDisposed.Should().BeTrue();
        context.GrainInstance.Should().BeNull();
        (await grain.Scoped()).Should().NotBeSameAs(scoped);
    }

    [Fact]
    public async Task StopDeactivatesEveryActivationAndLaterCallsFail()
    {
        await using var host = new FakeTimeHost();
        (IProbeGrain Grain, Journal Journal)[] probes = [.. Enumerable.Range(0, 200).Select(_ => host.Probe())];
        foreach ((IProbeGrain grain, _) in probes) await grain.Key();
        await host.Host.StopAsync().WaitAsync(TestLimits.Wait);
        host.Host.ActivationCount.Should().Be(0);
        foreach ((IProbeGrain grain, Journal journal) in probes)
        {
            journal.Count("deactivated: ShuttingDown").Should().Be(1);
            await grain.Awaiting(it => it.Key()).Should().ThrowAsync<SiloUnavailableException>();
        }

        await host.Probe().Grain.Awaiting(it => it.Key()).Should().ThrowAsync<SiloUnavailableException>();
        await host.Probe().Grain.Tell("nobody", fail: false);
        host.Host.ActivationCount.Should().Be(0);
    }

    [Fact]
    public async Task StopLetsRunningRequestsEndAndRefusesThoseThatWait()
    {
        await using var host = new FakeTimeHost();
        (IProbeGrain grain, Journal journal) = host.Probe();
        Task running = grain.Hold("running");
        await journal.Reached("start running");
        Task waiting = grain.Hold("waiting");
        Task stopped = host.Host.StopAsync();
        host.Host.StopAsync().Should().BeSameAs(stopped);
        Activation activation = host.Host.Activations().Single();
        await TestLimits.Until(() => activation.State == ActivationState.Deactivating, "the stop has reached the grain");
        journal.Open("running");
        await running.WaitAsync(TestLimits.Wait);
        await waiting.Awaiting(it => it.WaitAsync(TestLimits.Wait)).Should().ThrowAsync<SiloUnavailableException>();
        await stopped.WaitAsync(TestLimits.Wait);
        journal.Events.Should().NotContain("start waiting");
    }

    [Fact]
    public async Task StopGivesUpWhenItsTokenIsCancelled()
    {
        await using var host = new FakeTimeHost();
        (IProbeGrain grain, Journal journal) = host.Probe();
        Task running = grain.Hold("running");
        await journal.Reached("start running");
        using var limit = new CancellationTokenSource();
        Task stopped = host.Host.StopAsync(limit.Token);
        limit.Cancel();
        await stopped.WaitAsync(TestLimits.Wait);
        await running.Awaiting(it => it.WaitAsync(TestLimits.Wait)).Should().ThrowAsync<SiloUnavailableException>();
        host.Host.ActivationCount.Should().Be(0);
        // What was given up may still come to its end.
        journal.Open("running");
        await journal.Reached("end running");
    }

    [Fact]
    public async Task StopUnderLoadLosesNoCallWithoutAnAnswer()
    {
        await using var host = new FakeTimeHost();
        (IProbeGrain Grain, Journal Journal)[] probes = [.. Enumerable.Range(0, 20).Select(_ => host.Probe())];
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<(int Done, int Refused)>[] callers = [.. Enumerable.Range(0, 8).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            (int done, int refused) = (0, 0);
            while (refused == 0)
            {
                try
                {
                    IProbeGrain grain = probes[random.Next(probes.Length)].Grain;
                    await (random.Next(50) == 0 ? grain.DeactivateSelf() : grain.Work("it", random.Next(3)));
                    if (++done == 200) stop.TrySetResult();
                }
                catch (SiloUnavailableException)
                {
                    refused++;
                }
            }

            return (done, refused);
        }))];
        await stop.Task.WaitAsync(TestLimits.Wait);
        await host.Host.StopAsync().WaitAsync(TestLimits.Wait);
        (int Done, int Refused)[] counts = await Task.WhenAll(callers).WaitAsync(TestLimits.Wait);
        counts.Should().OnlyContain(static count => count.Refused == 1);
        host.Host.ActivationCount.Should().Be(0);
        foreach ((_, Journal journal) in probes)
        {
            journal.Count("start it").Should().Be(journal.Count("end it"));
            journal.Overlaps.Should().Be(0);
        }
    }

    [Fact]
    public async Task ADeactivationHookThatHangsIsLeftAfterItsTime()
    {
        await using var host = new FakeTimeHost();
        string key = TestHostFixture.NewKey();
        IOddGrain grain = host.Grains.GetGrain<IOddGrain>(key);
        await grain.HangOnDeactivation();
        await Journal.Of(key).Reached("ApplicationRequested");
        Task<int> next = grain.Find();
        host.Time.Advance(TimeSpan.FromSeconds(29));
        next.IsCompleted.Should().BeFalse();
        host.Time.Advance(TimeSpan.FromSeconds(3));
        // The call is no older than its own timeout when the hook is given up.
        await Journal.Of(key).Reached("disposed");
        await next.Awaiting(it => it.WaitAsync(TestLimits.Wait)).Should().ThrowAsync<TimeoutException>();
        await grain.Find().WaitAsync(TestLimits.Wait);
        host.Log.Lines.Should().Contain(static line => line.Exception is OperationCanceledException);
    }

    [Fact]
    public async Task AnActivationHookThatHangsFailsItsCallersAfterItsTime()
    {
        await using var host = new FakeTimeHost(options => options.ActivationTimeout = TimeSpan.FromSeconds(5));
        string key = $"hang {TestHostFixture.NewKey()}";
        Task call = host.Grains.GetGrain<IOddGrain>(key).HangOnActivation();
        await Journal.Of(key).Reached("hanging");
        host.Time.Advance(TimeSpan.FromSeconds(7));
        await call.Awaiting(it => it.WaitAsync(TestLimits.Wait)).Should().ThrowAsync<OperationCanceledException>();
        await TestLimits.Until(() => host.Host.ActivationCount == 0, "the activation has gone");
    }

    [Fact]
    public async Task RequestsBeyondTheLimitAreRefusedByName()
    {
        await using var host = new FakeTimeHost(options => options.QueuedMessagesMax = 3);
        (IProbeGrain grain, Journal journal) = host.Probe();
        Task[] held = [.. Enumerable.Range(0, 3).Select(i => grain.Hold($"{i}"))];
        await grain.Awaiting(it => it.Key()).Should().ThrowExactlyAsync<LimitExceededException>().WithMessage("*QueuedMessagesMax*Threshold=3*");
        for (int i = 0; i < 3; i++) journal.Open($"{i}");
        await Task.WhenAll(held).WaitAsync(TestLimits.Wait);
        await grain.Key().WaitAsync(TestLimits.Wait);
    }

    [Fact]
    public async Task ACycleOfCallsEndsInTimeouts()
    {
        await using var host = new FakeTimeHost();
        (IProbeGrain first, _) = host.Probe();
        (IProbeGrain second, _) = host.Probe();
        // The first asks the second, which asks the first, which is busy.
        Task call = first.AskInCircle(second);
        Task<string> behind = first.Key();
        await TestLimits.Until(
            () =>
            {
                host.Time.Advance(TimeSpan.FromSeconds(1));
                return call.IsCompleted && behind.IsCompleted;
            },
            "the calls have ended");
        await call.Awaiting(it => it).Should().ThrowAsync<TimeoutException>();
        // Each call of the circle has timed out by now or does so next, and then the grains are free again.
        Task<string> after = first.Key();
        await TestLimits.Until(
            () =>
            {
                if (after.Exception is not null) after = first.Key();
                host.Time.Advance(TimeSpan.FromSeconds(1));
                return after.IsCompletedSuccessfully;
            },
            "the first grain is free");
    }

    [Fact]
    public async Task ATimeoutIsNeverEarlyAndTheHostsOwnUnlessTheMethodSays()
    {
        await using var host = new FakeTimeHost();
        (IProbeGrain grain, Journal journal) = host.Probe();
        Task longer = grain.Hold("long");
        await journal.Reached("start long");
        Task shorter = grain.HoldShortly("short");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        shorter.IsCompleted.Should().BeFalse();
        host.Time.Advance(TimeSpan.FromSeconds(2));
        await shorter.Awaiting(it => it).Should().ThrowAsync<TimeoutException>().WithMessage("*00:00:01*HoldShortly*");
        host.Time.Advance(TimeSpan.FromSeconds(27));
        longer.IsCompleted.Should().BeFalse();
        host.Time.Advance(TimeSpan.FromSeconds(2));
        await longer.Awaiting(it => it).Should().ThrowAsync<TimeoutException>();
        journal.Open("long");
        await grain.Key().WaitAsync(TestLimits.Wait);
        journal.Events.Should().NotContain("start short");
    }

    [Fact]
    public async Task ATimeoutDoesNotCancelTheGrain()
    {
        await using var host = new FakeTimeHost();
        string key = TestHostFixture.NewKey();
        using var source = new CancellationTokenSource();
        Task<bool> call = host.Grains.GetGrain<IOddGrain>(key).Cancellable("gate", source.Token);
        host.Time.Advance(TimeSpan.FromSeconds(33));
        await call.Awaiting(it => it).Should().ThrowAsync<TimeoutException>();
        Journal.Of(key).Open("gate");
        (await host.Grains.GetGrain<IOddGrain>(key).Cancellable("gate", source.Token)).Should().BeFalse();
    }

    [Fact]
    public async Task OneWayFailuresAreLogged()
    {
        await using var host = new FakeTimeHost();
        (IProbeGrain grain, Journal journal) = host.Probe();
        journal.Open("gate");
        await grain.Tell("gate", fail: true);
        await TestLimits.Until(() => !host.Log.Lines.IsEmpty, "it is logged");
        host.Log.Lines.Should().ContainSingle().Which.Message.Should().Contain("IProbeGrain.Tell");
    }

    [Fact]
    public async Task WhatAMethodLeavesInItsExecutionContextIsGoneInTheNextTurn()
    {
        await using var host = new FakeTimeHost();
        IOddGrain grain = host.Grains.GetGrain<IOddGrain>(TestHostFixture.NewKey());
        Task left = grain.Leave(5);
        Task<int> found = grain.Find();
        await left;
        (await found).Should().Be(0);
    }

    [Fact]
    public async Task AMethodThatReturnsNoTaskFailsItsCall()
    {
        await using var host = new FakeTimeHost();
        IOddGrain grain = host.Grains.GetGrain<IOddGrain>(TestHostFixture.NewKey());
        await grain.Awaiting(it => it.ReturnNull()).Should().ThrowAsync<InvalidOperationException>().WithMessage("*IOddGrain.ReturnNull*null*");
    }

    [Fact]
    public async Task AnApplicationHasOneHostAndStopsIt()
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        builder.Services.AddEmbeddedActors(options => options.AddGrain<ProbeGrain>().AddGrain<OddGrain>());
        using IHost application = builder.Build();
        await application.StartAsync();
        var grains = application.Services.GetRequiredService<IGrainFactory>();
        string key = TestHostFixture.NewKey();
        IProbeGrain grain = grains.GetGrain<IPlainProbeGrain>(key);
        (await grain.Add(1, 2)).Should().Be(3);
        application.Services.GetRequiredService<EmbeddedHost>().ActivationCount.Should().Be(1);
        await application.StopAsync();
        Journal.Of(key).Count("deactivated: ShuttingDown").Should().Be(1);
        await grain.Awaiting(it => it.Key()).Should().ThrowAsync<SiloUnavailableException>();
    }

    [Fact]
    public async Task AContainerThatIsDisposedOfStopsItsHost()
    {
        string key = TestHostFixture.NewKey();
        using (ServiceProvider services = new ServiceCollection().AddLogging().AddEmbeddedActors(
            static options => options.AddGrain<ProbeGrain>()).BuildServiceProvider())
        {
            await services.GetRequiredService<IGrainFactory>().GetGrain<IPlainProbeGrain>(key).Key();
        }

        Journal.Of(key).Count("deactivated: ShuttingDown").Should().Be(1);
    }

    [Fact]
    public void OptionsOutOfRangeAreRefused()
    {
        Start(static options => options.IdleAge = TimeSpan.Zero).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*IdleAge*");
        Start(static options => options.QueuedMessagesMax = 0).Should().Throw<ArgumentOutOfRangeException>();
        Start(static options => options.ResponseTimeout = TimeSpan.FromSeconds(-1)).Should().Throw<ArgumentOutOfRangeException>();

        static Action Start(Action<EmbeddedActorOptions> configure) => () => EmbeddedHost.Start(configure);
    }
}
