namespace Preble.Embedded.Tests.Shared;

/// <summary>Grain methods that return an <see cref="IAsyncEnumerable{T}"/>.</summary>
public sealed class EnumerationTests(TestHostFixture host) : IClassFixture<TestHostFixture>
{
    [Theory]
    [InlineData(0, false, 100)]
    [InlineData(1, false, 100)]
    [InlineData(250, false, 100)]
    [InlineData(250, true, 100)]
    [InlineData(100, false, 100)]
    [InlineData(20, false, 1)]
    [InlineData(20, true, 3)]
    public async Task EveryElementArrivesOnceInOrder(int count, bool yield, int batch)
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        var numbers = new List<int>();
        await foreach (int number in grain.Count("n", count, yield).WithBatchSize(batch)) numbers.Add(number);
        numbers.Should().Equal(Enumerable.Range(0, count));
        journal.Events.Skip(2).Should().Equal("produce n", "finally n");
        journal.Overlaps.Should().Be(0);
    }

    [Fact]
    public async Task NothingRunsBeforeTheFirstReadAndEachEnumerationRunsAnew()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        IAsyncEnumerable<int> numbers = grain.Count("n", 3, yield: true);
        IAsyncEnumerator<int> unread = numbers.GetAsyncEnumerator();
        await unread.DisposeAsync();
        journal.Events.Should().BeEmpty();
        for (int i = 1; i <= 2; i++)
        {
            await foreach (int _ in numbers)
            {
            }

            journal.Count("produce n").Should().Be(i);
        }
    }

    [Fact]
    public async Task DisposalRunsTheProducersFinallyBlocksAsTurnsBeforeItReturns()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        await foreach (int number in grain.Count("n", 1_000_000, yield: true))
        {
            if (number == 5) break;
        }

        journal.Events.Should().Contain("finally n");
        journal.Overlaps.Should().Be(0);
    }

    [Fact]
    public async Task SeveralEnumerationsAndCallsInterleave()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        await using IAsyncEnumerator<int> a = grain.Gated("a").GetAsyncEnumerator();
        await using IAsyncEnumerator<int> b = grain.Gated("b").GetAsyncEnumerator();
        Task<bool> nextA = a.MoveNextAsync().AsTask();
        await journal.Reached("a at 0");
        Task<bool> nextB = b.MoveNextAsync().AsTask();
        await journal.Reached("b at 0");
        (await grain.Add(1, 2).AsTask().WaitAsync(TestLimits.Wait)).Should().Be(3);
        Task hold = grain.Hold("hold");
        await journal.Reached("start hold");
        journal.Open("b 0");
        (await nextB.WaitAsync(TestLimits.Wait)).Should().BeTrue();
        b.Current.Should().Be(0);
        journal.Open("hold");
        await hold.WaitAsync(TestLimits.Wait);
        journal.Open("a 0");
        (await nextA.WaitAsync(TestLimits.Wait)).Should().BeTrue();
        a.Current.Should().Be(0);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(7, false)]
    [InlineData(0, true)]
    [InlineData(7, true)]
    public async Task AnExceptionComesAfterTheElementsBeforeIt(int count, bool yield)
    {
        (IProbeGrain grain, _) = host.Probe();
        var numbers = new List<int>();
        Func<Task> read = async () =>
        {
            await foreach (int number in grain.CountAndThrow(count, yield)) numbers.Add(number);
        };
        await read.Should().ThrowExactlyAsync<InvalidOperationException>().WithMessage("The enumeration fails.");
        numbers.Should().Equal(Enumerable.Range(0, count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CancellationEndsAReadThatWaitsAndTheProducer(bool asArgument)
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        using var source = new CancellationTokenSource();
        IAsyncEnumerable<int> numbers = asArgument ? grain.Gated("g", source.Token) : grain.Gated("g");
        await using IAsyncEnumerator<int> reader = numbers.GetAsyncEnumerator(asArgument ? default : source.Token);
        journal.Open("g 0");
        (await reader.MoveNextAsync().AsTask().WaitAsync(TestLimits.Wait)).Should().BeTrue();
        Task<bool> next = reader.MoveNextAsync().AsTask();
        await journal.Reached("g at 1");
        source.Cancel();
        await next.Awaiting(it => it.WaitAsync(TestLimits.Wait)).Should().ThrowAsync<OperationCanceledException>();
        await journal.Reached("finally g");
    }

    [Fact]
    public async Task AnEnumerationEndsWithItsActivation()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        await using IAsyncEnumerator<int> reader = grain.Gated("g").GetAsyncEnumerator();
        journal.Open("g 0");
        (await reader.MoveNextAsync().AsTask().WaitAsync(TestLimits.Wait)).Should().BeTrue();
        await grain.DeactivateSelf().WaitAsync(TestLimits.Wait);
        await reader.Awaiting(it => it.MoveNextAsync().AsTask().WaitAsync(TestLimits.Wait)).Should().ThrowAsync<EnumerationAbortedException>();
        await journal.Reached("finally g");
    }

    [Fact]
    public async Task ElementsThatAreReadyTravelTogetherAndTheProducerWaitsForTheReader()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        await using IAsyncEnumerator<int> reader = grain.Gated("g").GetAsyncEnumerator();
        for (int i = 0; i < 10; i++) journal.Open($"g {i}");
        for (int i = 0; i < 10; i++)
        {
            (await reader.MoveNextAsync().AsTask().WaitAsync(TestLimits.Wait)).Should().BeTrue();
            reader.Current.Should().Be(i);
        }

        journal.Events.Should().NotContain("g at 11");
    }
}
