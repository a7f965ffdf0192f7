using Preble.Core.Serving;
using Preble.Core.Simulation;
using Preble.Core.Workloads;

namespace Preble.Core.Tests.Workloads;

/// <summary>Names, limits, and default rates.</summary>
public sealed class WorkloadCatalogTests
{
    private static readonly WorkerRates Rates = new(66.7e-6, 1.92e-9, 0.010, 30e-6, 6.5e-8);

    public static TheoryData<string> Names => new(WorkloadCatalog.Names);

    [Fact]
    public void TheCatalogueHasTheTenWorkloads()
    {
        WorkloadCatalog.Names.Should().Equal(
            "toolbench", "embodied", "programming", "videoqa", "loogle", "azure-mixed", "hot-burst", "documents-at-capacity", "no-sharing", "shared-prefix");
        WorkloadCatalog.Names.Select(WorkloadCatalog.Describe).Should().OnlyHaveUniqueItems().And.OnlyContain(text => text.Length > 40 && !text.Contains('\n'));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Toolbench")]
    [InlineData("tool bench")]
    public void AnUnknownNameSaysWhichThereAre(string name)
    {
        var calls = new Action[]
        {
            () => WorkloadCatalog.Create(name, new WorkloadOptions { Rate = 1 }), () => WorkloadCatalog.Describe(name),
            () => WorkloadCatalog.DefaultRate(name, [Worker()]), () => WorkloadCatalog.DefaultRequests(name, new WorkloadOptions { Rate = 1 }),
        };
        foreach (Action call in calls)
        {
            call.Should().Throw<ArgumentException>().Which.Message.Should().StartWith($"There is no workload '{name}'.").And.Contain("toolbench, embodied").And.NotContain("\n");
        }
    }

    public static TheoryData<WorkloadOptions, string> Impossible => new()
    {
        { new() { Rate = 0 }, "rate of a workload cannot be 0; allowed: from 0.001 to 1000000000 " },
        { new() { Rate = -3.5 }, "-3.5" },
        { new() { Rate = double.NaN }, "NaN" },
        { new() { Rate = double.PositiveInfinity }, "Infinity" },
        { new() { Rate = 1, Requests = 0 }, "number of requests of a workload cannot be 0; allowed: from 1 to 1000000." },
        { new() { Rate = 1, Requests = 1_000_001 }, "1000001" },
        { new() { Rate = 1, Workers = 0 }, "from 1 to 4096" },
        { new() { Rate = 1, Workers = 4097 }, "4097" },
        { new() { Rate = 1, KvTokens = 0 }, "KV tokens" },
        { new() { Rate = 1, KvTokens = long.MaxValue }, "from 1 to 1000000000000" },
        { new() { Rate = 1, ToolZipf = -0.1 }, "Zipf exponent" },
        { new() { Rate = 1, ToolZipf = double.NaN }, "from 0 to 10" },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void AnImpossibleNumberSaysWhatIsAllowed(WorkloadOptions options, string says)
    {
        foreach (string name in WorkloadCatalog.Names)
        {
            FluentActions.Invoking(() => WorkloadCatalog.Create(name, options)).Should().Throw<ArgumentException>()
                .Which.Message.Should().Contain(says).And.Contain("allowed: from").And.NotContain("\n");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheMostExtremeNumbersThatAreAllowedWork(string name)
    {
        WorkloadOptions[] extremes =
        [
            new() { Rate = 0.001, Requests = 20, Seed = int.MinValue, KvTokens = 1, ToolZipf = 10 },
            new() { Rate = 1e9, Requests = 20, Seed = int.MaxValue, KvTokens = WorkloadOptions.KvTokensMax, Workers = WorkloadOptions.WorkersMax, ToolZipf = 0 },
        ];
        foreach (WorkloadOptions options in extremes)
        {
            WorkloadCatalog.Create(name, options).Requests.Should().HaveCount(20).And.OnlyContain(request => request.PromptTokens > 0);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheDefaultRateAddsUpOverWorkersAndFollowsTheirSpeed(string name)
    {
        double one = WorkloadCatalog.DefaultRate(name, [Worker()]);
        double slow = WorkloadCatalog.DefaultRate(name, [Worker(slower: 3)]);

        one.Should().BeInRange(0.05, 1000);
        slow.Should().BeApproximately(one / 3, one * 1e-9);
        WorkloadCatalog.DefaultRate(name, [Worker(), Worker(slower: 3), Worker()]).Should().BeApproximately((2 * one) + slow, one * 1e-9);
        WorkloadCatalog.DefaultRate(name, [Worker(kvTokens: 1000)]).Should().BeInRange(one * 1e-6, one, "little memory is no more than much");
        FluentActions.Invoking(() => WorkloadCatalog.DefaultRate(name, [])).Should().Throw<ArgumentException>().WithMessage("*at least one worker*");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void MoreMemoryIsNeverALowerDefaultRate(string name)
    {
        double before = 0;
        for (int tokens = 1000; tokens < 1_000_000; tokens += tokens / 20)
        {
            double rate = WorkloadCatalog.DefaultRate(name, [Worker(kvTokens: tokens)]);
            rate.Should().BeGreaterThanOrEqualTo(before * 0.999, "{0} tokens", tokens);
            before = rate;
        }

        WorkloadCatalog.DefaultRate(name, [Worker(kvTokens: 275_000)]).Should().BeApproximately(WorkloadCatalog.DefaultRate(name, [Worker(kvTokens: 274_999)]), before * 1e-4);
    }

    /// <summary>What is sent at its default rate is answered as it comes, also where chains outgrow the memory: once all was computed again and again.</summary>
    [Theory]
    [InlineData("embodied", "a6000-mistral-7b", 4, 0, 240)]
    [InlineData("embodied", "a100-llama3-8b", 4, 60_000, 240)]
    [InlineData("azure-mixed", "a100-llama3-8b", 2, 80_000, 600)]
    [InlineData("toolbench", "a100-llama3-8b", 3, 30_000, 240)]
    public void WhatIsSentAtTheDefaultRateIsAnsweredAsItComes(string name, string hardware, int count, int kvTokens, int seconds)
    {
        Hardware kind = HardwareCatalog.Create(hardware);
        Hardware[] workers = [.. Enumerable.Repeat(kvTokens > 0 ? kind with { KvTokens = kvTokens } : kind, count)];
        double rate = WorkloadCatalog.DefaultRate(name, workers);
        Workload workload = WorkloadCatalog.Create(name, new WorkloadOptions
        {
            Rate = rate,
            Requests = (int)(rate * seconds),
            Workers = count,
            KvTokens = workers.Sum(worker => (long)worker.KvTokens),
        });
        SimulationResult result = Simulation.Scenario.Run(workload, new SimulationOptions { Workers = workers });

        double end = workload.Requests[^1].Arrival.TotalSeconds;
        (result.Records.Count(record => record.Ended.TotalSeconds <= end) / (double)workload.Requests.Count).Should().BeGreaterThan(0.95);
    }

    /// <summary>
    /// The default rate of the mix in little memory is no small part of what is sustained. Once it was a third, as the bursts that end ten minutes of it were taken
    /// for an overload.
    /// </summary>
    [Fact]
    public void TheMixInLittleMemoryIsSentAtNoSmallPartOfWhatIsSustained()
    {
        AnsweredInTenMinutes(1).Should().BeGreaterThan(0.95);
        AnsweredInTenMinutes(2.5).Should().BeLessThan(0.93, "so much more is too much");

        static double AnsweredInTenMinutes(double times)
        {
            const double seconds = 600;
            Hardware[] workers = [.. Enumerable.Repeat(HardwareCatalog.Create(HardwareCatalog.Default) with { KvTokens = 50_000 }, 2)];
            double rate = times * WorkloadCatalog.DefaultRate("azure-mixed", workers);
            Workload workload = WorkloadCatalog.Create("azure-mixed", new WorkloadOptions { Rate = rate, Requests = (int)(rate * seconds), Workers = 2, KvTokens = 100_000 });
            double rest = Math.Max(1, seconds - workload.Requests[^1].Arrival.TotalSeconds);
            SimulationResult result = Simulation.Scenario.Run(workload, new SimulationOptions { Workers = workers, SecondsMax = rest });
            return result.Records.Count(record => record.Outcome == RequestOutcome.Completed && record.Ended.TotalSeconds <= seconds) / (double)workload.Requests.Count;
        }
    }

    /// <summary>What a good placement finds cached is at most what an infinite cache finds, and near to it unless memory is what the workload is about.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void TheDefaultRateIsReckonedWithWhatTheWorkloadIs(string name)
    {
        RequestLoad load = WorkloadCatalog.LoadOf(name);
        WorkloadStatistics[] seeds = [.. Enumerable.Range(1, 6).Select(seed => WorkloadStatistics.Of(WorkloadCatalog.Create(name, new WorkloadOptions { Rate = 1, Seed = seed })))];
        double prompt = seeds.Average(statistics => statistics.Prompt.Mean);
        double output = seeds.Average(statistics => statistics.Output.Mean);
        double missed = seeds.Average(statistics => (1 - statistics.HitRatio) * statistics.Prompt.Mean);

        (load.CachedTokens + load.MissedTokens).Should().BeApproximately(prompt, prompt * 0.05);
        load.OutputTokens.Should().BeApproximately(output, output * 0.06);
        load.MissedTokens.Should().BeInRange(missed * 0.9, name is "documents-at-capacity" or "shared-prefix" ? missed * 4 : missed * 1.1);
    }

    private static Hardware Worker(double slower = 1, int kvTokens = 400_000)
    {
        var rates = new WorkerRates(Rates.Alpha * slower, Rates.Beta * slower, Rates.T0 * slower, Rates.Gamma * slower, Rates.Delta * slower);
        return new Hardware("test", rates, kvTokens, new NoTiming());
    }

    private sealed class NoTiming : IStepTiming
    {
        public double StepSeconds(ReadOnlySpan<BatchEntry> batch) => throw new InvalidOperationException("A default rate needs no simulation.");
    }
}
