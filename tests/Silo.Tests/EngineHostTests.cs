using Microsoft.Extensions.Logging.Abstractions;
using Preble.Core.Caching;
using Preble.Core.Serving;
using Preble.Engine.Text;
using Preble.Grains.Interfaces;
using Preble.Silo.Engines;

namespace Preble.Silo.Tests;

public sealed class EngineHostTests : IDisposable
{
    private static readonly Tokenizer Tokenizer = Tokenizer.Load(Path.Combine(AppContext.BaseDirectory, "models", "demo"));
    private readonly GatedForwardPass _pass = new();
    private readonly Watcher _watcher = new();
    private readonly EngineHost _host;

    public EngineHostTests()
    {
        _host = Host(_pass, _watcher);
        _host.Start();
    }

    [Fact]
    public async Task AClientThatGoesAwayIsDroppedBeforeTheNextStep()
    {
        IAsyncEnumerator<GenerationEvent> stream = _host.GenerateAsync(Request("r", maxTokens: 500), default).GetAsyncEnumerator();
        ValueTask<bool> first = stream.MoveNextAsync();
        await _pass.EnteredAsync();
        _pass.Let(1);
        (await first).Should().BeTrue();
        await _pass.EnteredAsync();

        await stream.DisposeAsync();
        _pass.Let(100);
        WorkerReport report = await _watcher.RestAsync(_host);

        _pass.Steps.Should().Be(2, "the step under way was the last");
        (report.Live.Length, report.PagesHeld).Should().Be((0, 0));
    }

    [Fact]
    public async Task AClientThatLeavesWhileItWaitsIsNeverComputed()
    {
        Task<List<GenerationEvent>> busy = ReadAsync(Request("busy", maxTokens: 2));
        await _pass.EnteredAsync();
        using var gone = new CancellationTokenSource();
        IAsyncEnumerator<GenerationEvent> stream = _host.GenerateAsync(Request("gone", maxTokens: 500), gone.Token).GetAsyncEnumerator();
        Task<bool> first = stream.MoveNextAsync().AsTask();
        await gone.CancelAsync();
        await FluentActions.Awaiting(() => first).Should().ThrowAsync<OperationCanceledException>();
        await stream.DisposeAsync();

        _pass.Let(100);

        (await busy).Should().HaveCount(2);
        await _watcher.RestAsync(_host);
        _pass.Steps.Should().Be(2);
    }

    [Fact]
    public async Task AFailedStepFailsItsRequestsAndTheWorkerGoesOn()
    {
        _pass.Fault = new IOException("the device is gone");
        _pass.Let(100);

        List<GenerationEvent> failed = await ReadAsync(Request("a", maxTokens: 3));
        List<GenerationEvent> next = await ReadAsync(Request("b", maxTokens: 3));

        failed.Should().ContainSingle().Which.Failure.Should().Be(Outcome.WorkerFailed);
        failed[0].Message.Should().Contain("the device is gone");
        next.Select(item => item.Tokens[0]).Should().Equal(5, 5, 5);
        _watcher.IsLost.Should().BeFalse();
    }

    [Fact]
    public async Task AStopEndsEveryStreamAsLostAndRefusesWhatComesLater()
    {
        Task<List<GenerationEvent>> running = ReadAsync(Request("a", maxTokens: 500));
        await _pass.EnteredAsync();
        _host.Stop();
        _pass.Let(100);

        (await running)[^1].Failure.Should().Be(Outcome.WorkerLost);
        (await ReadAsync(Request("b", maxTokens: 1))).Should().ContainSingle().Which.Failure.Should().Be(Outcome.WorkerLost);
        await FluentActions.Awaiting(() => _host.DumpCacheAsync(default)).Should().ThrowAsync<InvalidOperationException>();
    }

    [Fact]
    public async Task ABrokenEngineIsLostAndItsStreamsWithIt()
    {
        _watcher.Fault = new InvalidOperationException("an invariant does not hold");
        _pass.Let(100);

        (await ReadAsync(Request("a", maxTokens: 500)))[^1].Failure.Should().Be(Outcome.WorkerLost);
        await _watcher.LostAsync();
    }

    [Fact]
    public async Task ARequestThatCannotRunFailsAloneAndTheWorkerLives()
    {
        _pass.Let(100);

        (await ReadAsync(Request("a", maxTokens: -1)))[^1].Failure.Should().Be(Outcome.WorkerFailed);
        (await ReadAsync(Request("b", maxTokens: 1) with { PromptTokens = [] }))[^1].Failure.Should().Be(Outcome.WorkerFailed);
        (await ReadAsync(Request("c", maxTokens: 2))).Should().HaveCount(2);
    }

    [Fact]
    public async Task ARequestThatGoesOnHereGoesOnWhereItWas()
    {
        _pass.Let(100);
        GenerateRequest request = Request("r", maxTokens: 5) with { Choices = 2, Generated = [[5, 5, 5], [5, 5, 5, 5, 5]], Finished = [false, true] };

        List<GenerationEvent> events = await ReadAsync(request);

        events.Should().HaveCount(2).And.OnlyContain(item => item.Choice == 0);
        events[^1].Finish.Should().Be("length");
    }

    [Fact]
    public void AStopIsNeverMissed()
    {
        for (int round = 0; round < 2000; round++)
        {
            using EngineHost host = Host(_pass, new Watcher());
            host.Start();
        }
    }

    public void Dispose()
    {
        _pass.Let(1000);
        _host.Dispose();
    }

    private static EngineHost Host(GatedForwardPass pass, Watcher watcher)
    {
        var pool = new PagePool(pass.PageCount);
        var cache = new PrefixCache(pool, pass.PageTokens);
        var scheduler = new LocalScheduler(new LocalSchedulerOptions(), cache, pool, pass);
        return new EngineHost(new EngineCore("w", 1, scheduler, cache, new SamplerFactory(Tokenizer, [0]), TimeProvider.System), watcher, TimeProvider.System, NullLogger.Instance);
    }

    internal static GenerateRequest Request(string id, int maxTokens) => new()
    {
        RequestId = id,
        Model = "demo",
        PromptTokens = [1, 2, 3],
        PageKeySeed = 1,
        PageKeys = [],
        Choices = 1,
        Sampling = SamplingOptions.Greedy(maxTokens),
    };

    private async Task<List<GenerationEvent>> ReadAsync(GenerateRequest request)
    {
        var events = new List<GenerationEvent>();
        await foreach (GenerationEvent item in _host.GenerateAsync(request, default))
        {
            events.Add(item);
        }

        return events;
    }

    private sealed class Watcher : IEngineObserver
    {
        private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile WorkerReport? _rest;
        private long _reports;

        public Exception? Fault { get; set; }

        public bool IsLost => _lost.Task.IsCompleted;

        public Task LostAsync() => _lost.Task;

        /// <summary>The load when the engine has nothing to do; asking for a dump makes it look once more.</summary>
        public async Task<WorkerReport> RestAsync(EngineHost host)
        {
            await Eventually.HoldsAsync(async () =>
            {
                await host.DumpCacheAsync(default);
                return _rest is { Live.Length: 0 };
            });
            return _rest!;
        }

        public void Offer(EngineCore core, bool last)
        {
            if (Fault is not null && !last)
            {
                throw Fault;
            }

            _rest = last ? core.Report(++_reports, unread: null) : null;
        }

        public void Lost() => _lost.TrySetResult();
    }
}
