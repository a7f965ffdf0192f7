using Microsoft.Extensions.DependencyInjection;
using Preble.Core.Caching;
using Preble.Core.Serving;
using Preble.Engine.Cpu;
using Preble.Grains.Interfaces;
using Preble.Silo.Engines;
using Preble.Silo.Gateway;

namespace Preble.Silo.Tests;

/// <summary>A worker that is lost after each event of a response in turn, and another that goes on: the real model and samplers, step by step.</summary>
public sealed class EveryTokenFailoverTests : IClassFixture<SiloApp>
{
    private const int PageTokens = 16;
    private readonly CpuModel _model;
    private readonly ServedModel _served;

    public EveryTokenFailoverTests(SiloApp app)
    {
        _model = ((CpuFleet)app.Services.GetRequiredService<IEngineFleet>()).Model;
        _served = app.Services.GetRequiredService<ServedModel>();
    }

    /// <summary>Hot sampling of a byte-level vocabulary breaks characters over tokens and makes bytes that are none.</summary>
    [Theory]
    [InlineData(2.5, false)]
    [InlineData(2.5, true)]
    [InlineData(0.0, false)]
    public void WhereverTheWorkerIsLostTheWholeResponseIsTheSame(double temperature, bool includeStop)
    {
        SamplingOptions sampling = EngineHostTests.Request("r", maxTokens: 40).Sampling with
        {
            Temperature = temperature,
            Seed = 7,
            RepetitionPenalty = 1.2,
            PresencePenalty = 0.4,
            FrequencyPenalty = 0.3,
            MinTokens = 3,
            Logprobs = 2,
            IgnoreEndOfSequence = true,
            IncludeStopString = includeStop,
        };
        GenerateRequest request = EngineHostTests.Request("r", maxTokens: 40) with
        {
            PromptTokens = _served.Encode("Tavo lives in Pemor. Qué día! Where does Tavo live?"),
            Choices = 3,
            Sampling = sampling,
        };

        // Stop strings that the first two choices meet on their way, over several tokens.
        List<GenerationEvent> free = Run(request);
        request = request with { Sampling = sampling with { StopStrings = [Middle(free, 0), Middle(free, 1)] } };
        List<GenerationEvent> whole = Run(request);
        whole.Count(item => item.StopString is not null).Should().BePositive();
        if (temperature > 0)
        {
            whole.Should().Contain(item => item.Text.Length == 0 && item.Finish == null, "characters and possible stop strings are held back");
            whole.Should().Contain(item => item.Text.Any(character => character > 127));
        }

        for (int sent = 0; sent < whole.Count; sent++)
        {
            List<GenerationEvent> before = whole[..sent];
            List<GenerationEvent> after = Run(sent == 0 ? request : Continue(request, before));
            for (int choice = 0; choice < request.Choices; choice++)
            {
                Seen([.. before, .. after], choice).Should().BeEquivalentTo(Seen(whole, choice), options => options.WithStrictOrdering(), "choice {0} moved after event {1}", choice, sent);
            }
        }
    }

    private static string Middle(List<GenerationEvent> events, int choice)
    {
        string text = string.Concat(events.Where(item => item.Choice == choice).Select(item => item.Text));
        return text.Substring(text.Length * 2 / 3, 4);
    }

    private static GenerateRequest Continue(GenerateRequest request, List<GenerationEvent> sent) => request with
    {
        Generated = [.. Enumerable.Range(0, request.Choices).Select(choice => sent.Where(item => item.Choice == choice).SelectMany(item => item.Tokens).ToArray())],
        Finished = [.. Enumerable.Range(0, request.Choices).Select(choice => sent.Any(item => item.Choice == choice && item.Finish is not null))],
    };

    /// <summary>What a client sees of a choice, whoever produced it: every character once, with its logprobs, and one end.</summary>
    private static object Seen(List<GenerationEvent> events, int choice)
    {
        GenerationEvent[] own = [.. events.Where(item => item.Choice == choice)];
        return new
        {
            Text = string.Concat(own.Select(item => item.Text)),
            Pieces = own.Select(item => item.Text).ToArray(),
            Tokens = own.SelectMany(item => item.Tokens).ToArray(),
            Logprobs = own.SelectMany(item => item.Logprobs ?? []).Select(item => (item.Token, item.Logprob, string.Join(',', item.Top.Select(top => top.Token)))).ToArray(),
            Finish = own.Select(item => item.Finish).Where(finish => finish is not null).ToArray(),
            Stops = own.Select(item => item.StopString).Where(stop => stop is not null).ToArray(),
        };
    }

    private List<GenerationEvent> Run(GenerateRequest request)
    {
        using var pass = new CpuForwardPass(_model, 64, PageTokens, threads: 1);
        var pool = new PagePool(pass.PageCount);
        var cache = new PrefixCache(pool, PageTokens);
        var core = new EngineCore(
            "w", 1, new LocalScheduler(new LocalSchedulerOptions(), cache, pool, pass), cache, new SamplerFactory(_served.Tokenizer, _served.Config.EosTokenIds), TimeProvider.System);
        LiveRequest live = core.Prepare(request);
        core.Submit(live, TimeSpan.Zero);
        while (core.Step(TimeSpan.Zero))
        {
        }

        core.IsIdle.Should().BeTrue();
        var events = new List<GenerationEvent>();
        while (live.Output.TryRead(out GenerationEvent? item))
        {
            item.Failure.Should().BeNull();
            events.Add(item);
        }

        return events;
    }
}
