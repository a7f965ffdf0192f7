using Microsoft.Extensions.Logging.Abstractions;
using Preble.Core.Caching;
using Preble.Core.Serving;
using Preble.Engine.Text;
using Preble.Grains.Interfaces;
using Preble.Silo.Engines;

namespace Preble.Silo.Tests;

/// <summary>An engine that passes on what it has not begun, one sequence at a time being computed.</summary>
public sealed class LeavingEngineTests : IDisposable
{
    private static readonly Tokenizer Tokenizer = Tokenizer.Load(Path.Combine(AppContext.BaseDirectory, "models", "demo"));
    private readonly GatedForwardPass _pass = new();
    private readonly EngineHost _host;

    public LeavingEngineTests()
    {
        var pool = new PagePool(_pass.PageCount);
        var cache = new PrefixCache(pool, _pass.PageTokens);
        var scheduler = new LocalScheduler(new LocalSchedulerOptions { RunningSequencesMax = 1 }, cache, pool, _pass);
        var core = new EngineCore("w", 1, scheduler, cache, new SamplerFactory(Tokenizer, [0]), TimeProvider.System);
        _host = new EngineHost(core, new Nobody(), TimeProvider.System, NullLogger.Instance);
        _host.Start();
    }

    [Fact]
    public async Task WhatWaitsAndWhatComesIsPassedOnAndWhatRunsGoesOnToItsEnd()
    {
        Task<List<GenerationEvent>> running = ReadAsync("running", choices: 2);
        await _pass.EnteredAsync();
        Task<List<GenerationEvent>> waiting = ReadAsync("waiting");
        Task passedOn = _host.PassOnAsync(passesOn: true, default);
        Task idle = _host.IdleAsync();
        _pass.Let(1);
        await passedOn;

        (await waiting).Should().ContainSingle().Which.Failure.Should().Be(Outcome.WorkerDraining);
        (await ReadNowAsync("late")).Should().ContainSingle().Which.Failure.Should().Be(Outcome.WorkerDraining);
        idle.IsCompleted.Should().BeFalse();
        _pass.Let(100);

        List<GenerationEvent> events = await running;
        events.Should().HaveCount(6).And.OnlyContain(item => item.Failure == null);
        await idle;

        await _host.PassOnAsync(passesOn: false, default);
        (await ReadAsync("again")).Should().HaveCount(3);
    }

    [Fact]
    public async Task TheHottestPrefixesAreToldWithTheirKeysAndAnEndedEngineTellsNone()
    {
        _pass.Let(100);
        int[] common = [.. Enumerable.Range(1, 32)];
        for (int request = 0; request < 3; request++)
        {
            await ReadAsync($"r{request}", [.. common, .. Enumerable.Repeat(100 + request, 20)]);
        }

        HotPrefix hot = (await _host.HottestAsync(4, 1000, default)).Should().ContainSingle().Subject;
        hot.Tokens.Should().Equal(common);
        hot.PageKeySeed.Should().Be(1);
        hot.PageKeys.Should().Equal(Core.PageKeys.Compute(1, common, 16).Select(key => key.Value));

        _host.Stop();
        await _host.IdleAsync();
        await FluentActions.Awaiting(() => _host.HottestAsync(4, 1000, default)).Should().ThrowAsync<InvalidOperationException>();
    }

    public void Dispose()
    {
        _pass.Let(1000);
        _host.Dispose();
    }

    private Task<List<GenerationEvent>> ReadNowAsync(string id)
    {
        Task<List<GenerationEvent>> read = ReadAsync(id);
        _pass.Let(1);
        return read;
    }

    private Task<List<GenerationEvent>> ReadAsync(string id, int[]? prompt = null, int choices = 1)
    {
        // Begun at once, so that requests come in the order in which a test makes them.
        GenerateRequest request = EngineHostTests.Request(id, maxTokens: 3) with { Choices = choices };
        return Collect(_host.GenerateAsync(prompt is null ? request : request with { PromptTokens = prompt }, default));
    }

    private static async Task<List<GenerationEvent>> Collect(IAsyncEnumerable<GenerationEvent> stream)
    {
        var events = new List<GenerationEvent>();
        await foreach (GenerationEvent item in stream)
        {
            events.Add(item);
        }

        return events;
    }

    private sealed class Nobody : IEngineObserver
    {
        public void Offer(EngineCore core, bool last)
        {
        }

        public void Lost()
        {
        }
    }
}
