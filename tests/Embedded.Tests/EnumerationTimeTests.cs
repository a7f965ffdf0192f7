using Preble.Embedded.Activations;
using Preble.Embedded.Tests.Shared;

namespace Preble.Embedded.Tests;

/// <summary>Enumerations and time, and what ends them from outside.</summary>
public sealed class EnumerationTimeTests : IAsyncLifetime
{
    private readonly FakeTimeHost _host = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task AReadWaitsForAsLongAsTheProducerTakes()
    {
        (IProbeGrain grain, Journal journal) = _host.Probe();
        await using IAsyncEnumerator<int> reader = grain.Gated("g").GetAsyncEnumerator();
        Task<bool> next = reader.MoveNextAsync().AsTask();
        await journal.Reached("g at 0");
        Activation activation = _host.Host.Activations().Single();
        for (int i = 0; i < 200; i++)
        {
            // Each half of a response timeout the reader asks again; time stands until it has.
            _host.Time.Advance(TimeSpan.FromSeconds(20));
            await grain.Key().WaitAsync(TestLimits.Wait);
            await TestLimits.Until(() => activation.RunningCount == 1, "the reader has asked again");
        }

        next.IsCompleted.Should().BeFalse();
        _host.Host.ActivationCount.Should().Be(1);
        journal.Open("g 0");
        (await next.WaitAsync(TestLimits.Wait)).Should().BeTrue();
        reader.Current.Should().Be(0);
    }

    [Fact]
    public async Task AnEnumerationThatNobodyReadsIsGivenUp()
    {
        (IProbeGrain grain, Journal journal) = _host.Probe();
        await using IAsyncEnumerator<int> reader = grain.Gated("g").GetAsyncEnumerator();
        journal.Open("g 0");
        (await reader.MoveNextAsync().AsTask().WaitAsync(TestLimits.Wait)).Should().BeTrue();
        for (int i = 0; i < 3; i++)
        {
            _host.Time.Advance(TimeSpan.FromSeconds(31));
            await grain.Key().WaitAsync(TestLimits.Wait);
        }

        await journal.Reached("finally g");
        await reader.Awaiting(it => it.MoveNextAsync().AsTask().WaitAsync(TestLimits.Wait)).Should().ThrowAsync<EnumerationAbortedException>();
    }

    [Fact]
    public async Task StopEndsAnOpenEnumeration()
    {
        (IProbeGrain grain, Journal journal) = _host.Probe();
        await using IAsyncEnumerator<int> reader = grain.Gated("g").GetAsyncEnumerator();
        Task<bool> next = reader.MoveNextAsync().AsTask();
        await journal.Reached("g at 0");
        await _host.Host.StopAsync().WaitAsync(TestLimits.Wait);
        await next.Awaiting(it => it.WaitAsync(TestLimits.Wait)).Should().ThrowAsync<EnumerationAbortedException>();
        journal.Events.Should().Contain("finally g");
        await grain.Gated("g").GetAsyncEnumerator().Awaiting(it => it.MoveNextAsync().AsTask()).Should().ThrowAsync<SiloUnavailableException>();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task ReadersThatStopAtAnyPointLeaveNothingOpen(int seed)
    {
        var random = new Random(seed);
        (IProbeGrain grain, Journal journal) = _host.Probe();
        Task[] readers = [.. Enumerable.Range(0, 100).Select(reader =>
        {
            int count = random.Next(1, 200);
            int stop = random.Next(250);
            int batch = random.Next(1, 20);
            bool yield = random.Next(2) == 0;
            bool cancel = random.Next(3) == 0;
            return Task.Run(async () =>
            {
                using var source = new CancellationTokenSource();
                int expected = 0;
                try
                {
                    await foreach (int number in grain.Count($"{reader}", count, yield, source.Token).WithBatchSize(batch))
                    {
                        number.Should().Be(expected++);
                        if (expected != stop) continue;
                        if (!cancel) break;
                        source.Cancel();
                    }

                    expected.Should().Be(cancel ? count : Math.Min(count, stop == 0 ? count : stop));
                }
                catch (OperationCanceledException)
                {
                    source.IsCancellationRequested.Should().BeTrue();
                }
            });
        })];
        await Task.WhenAll(readers).WaitAsync(TestLimits.Wait);
        for (int reader = 0; reader < readers.Length; reader++)
        {
            await journal.Reached($"finally {reader}");
            journal.Count($"produce {reader}").Should().Be(1);
            journal.Count($"finally {reader}").Should().Be(1);
        }

        journal.Overlaps.Should().Be(0);
    }

    [Fact]
    public async Task ALimitOfRequestsDoesNotCutOffAnOpenEnumeration()
    {
        await using var host = new FakeTimeHost(options => options.QueuedMessagesMax = 1);
        (IProbeGrain grain, Journal journal) = host.Probe();
        IAsyncEnumerator<int> reader = grain.Gated("g").GetAsyncEnumerator();
        journal.Open("g 0");
        (await reader.MoveNextAsync().AsTask().WaitAsync(TestLimits.Wait)).Should().BeTrue();
        Task hold = grain.Hold("hold");
        await journal.Reached("start hold");
        await grain.Awaiting(it => it.Key()).Should().ThrowAsync<LimitExceededException>();
        journal.Open("g 1");
        (await reader.MoveNextAsync().AsTask().WaitAsync(TestLimits.Wait)).Should().BeTrue();
        await reader.DisposeAsync().AsTask().WaitAsync(TestLimits.Wait);
        journal.Events.Should().Contain("finally g");
        journal.Open("hold");
        await hold.WaitAsync(TestLimits.Wait);
    }
}
