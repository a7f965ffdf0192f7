using Microsoft.Extensions.DependencyInjection;
using Preble.Core;
using Preble.Core.Caching;
using Preble.Core.Serving;
using Preble.Core.Simulation;
using Preble.Engine.Text;
using Preble.Grains.Interfaces;
using Preble.Silo.Engines;

namespace Preble.Silo.Tests;

/// <summary>What an engine tells of the time that its steps take, and what comes of it.</summary>
public sealed class StepTimeTests
{
    private static readonly WorkerRates Rates = new(1e-4, 1e-6, 1e-2, 1e-3, 1e-5);
    private static readonly Tokenizer Tokenizer = Tokenizer.Load(Path.Combine(AppContext.BaseDirectory, "models", "demo"));
    private readonly ManualClock _clock = new();
    private readonly TimedForwardPass _pass;
    private readonly EngineCore _core;

    public StepTimeTests()
    {
        _pass = new TimedForwardPass(HardwareCatalog.OfRates("test", Rates, 16_384).Timing, _clock);
        var pool = new PagePool(_pass.PageCount);
        var cache = new PrefixCache(pool, _pass.PageTokens);
        var scheduler = new LocalScheduler(new LocalSchedulerOptions { StepTokensMax = 64 }, cache, pool, _pass);
        _core = new EngineCore("w", 1, scheduler, cache, new SamplerFactory(Tokenizer, [0]), _clock);

        // One token a step: as many steps as say nothing of the rates.
        Submit("cold", promptTokens: 20, maxTokens: StepMeter.ColdSteps);
        while (Step())
        {
        }
    }

    /// <summary>What is compiled and loaded in the first steps would make a worker look slower than its equals.</summary>
    [Fact]
    public void TheFirstStepsAreNotTold()
    {
        WorkerReport report = _core.Report(1, unread: null);
        (report.Steps, report.StepSeconds, report.PrefillTokens, report.DecodeSequences).Should().Be((0, 0.0, 0L, 0L));

        Submit("warm", promptTokens: 20, maxTokens: 2);
        while (Step())
        {
        }

        _core.Report(2, unread: null).Steps.Should().Be(2);
    }

    /// <summary>Reports that are read after every step, now and then, or never but the last.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(1, 1000)]
    [InlineData(2, 5)]
    public void TheReportsThatAreReadTellEveryStepOnceWithTheTimeItTook(int stepsPerReport, int reportsPerReading)
    {
        for (int i = 0; i < 6; i++)
        {
            Submit("r" + i, promptTokens: 40 + (37 * i), maxTokens: 3 + (5 * i));
        }

        var read = new List<WorkerReport>();
        WorkerReport? unread = null;
        int reports = 0;
        int steps = 0;
        while (Step())
        {
            // A pause between two steps is nobody's work.
            _clock.Advance(0.5);
            if (++steps % stepsPerReport == 0)
            {
                unread = _core.Report(++reports, unread);
                if (reports % reportsPerReading == 0)
                {
                    read.Add(unread);
                    unread = null;
                }
            }
        }

        read.Add(_core.Report(++reports, unread));
        read.Sum(report => report.Steps).Should().Be(steps);
        read.Sum(report => report.PrefillTokens).Should().Be(Enumerable.Range(0, 6).Sum(i => 40 + (37 * i)));
        read.Sum(report => report.DecodeSequences).Should().Be(Enumerable.Range(0, 6).Sum(i => 2 + (5 * i)));
        foreach (WorkerReport report in read)
        {
            double predicted = (Rates.Alpha * report.PrefillTokens) + (Rates.Beta * report.PrefillSquares) + (Rates.T0 * report.Steps)
                + (Rates.Gamma * report.DecodeSequences) + (Rates.Delta * report.DecodeContextTokens);
            report.StepSeconds.Should().BeApproximately(predicted, 1e-6 * (1 + report.Steps));
        }
    }

    [Fact]
    public void ARestAndAStepThatFailedAreNoSteps()
    {
        Step().Should().BeFalse();
        Submit("a", promptTokens: 40, maxTokens: 3);
        _pass.Fault = new IOException("the device is gone");
        Step().Should().BeTrue();

        WorkerReport report = _core.Report(1, unread: null);

        (report.Steps, report.StepSeconds, report.PrefillTokens, report.DecodeSequences).Should().Be((0, 0.0, 0L, 0L));
    }

    [Fact]
    public async Task ARunningServersRatesFollowItsSteps()
    {
        await using var app = new SiloApp(("Preble:Workers", "1"));
        var scheduler = app.Services.GetRequiredService<IGrainFactory>().GetGrain<ISchedulerGrain>("demo");
        WorkerStatus before = (await scheduler.StatusAsync()).Workers[0];
        before.Draining.Should().BeFalse();
        before.Warmth.Should().Be(1);

        // The first steps do not count; those of the second prompt do.
        foreach (string prompt in (string[])["The capital of Zorvi is Makel.", "Tavo lives in Pemor. Where does Tavo live?"])
        {
            await app.PostAsync("/v1/completions", new { model = "demo", prompt, max_tokens = 200, ignore_eos = true });
        }

        await Eventually.HoldsAsync(async () => (await scheduler.StatusAsync()).Workers[0] is { } now && now.T0 != before.T0 && now.Alpha != before.Alpha);
        WorkerStatus after = (await scheduler.StatusAsync()).Workers[0];
        foreach (double rate in (double[])[after.Alpha, after.Beta, after.T0, after.Gamma, after.Delta])
        {
            rate.Should().BePositive().And.BeLessThan(1);
        }
    }

    private void Submit(string id, int promptTokens, int maxTokens)
    {
        var tokens = new int[promptTokens];
        new Random(promptTokens).GetItems([1, 2, 3, 4, 5, 6, 7], tokens);
        GenerateRequest request = EngineHostTests.Request(id, maxTokens) with { PromptTokens = tokens };
        _core.Submit(_core.Prepare(request), _clock.GetElapsedTime(0));
    }

    private bool Step() => _core.Step(_clock.GetElapsedTime(0));
}
