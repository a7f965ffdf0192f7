using Preble.Core.Serving;
using Preble.Core.Simulation;

namespace Preble.Core.Tests.Simulation;

public sealed class HardwareTests
{
    public static TheoryData<string> Names => new(HardwareCatalog.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void MoreWorkNeverTakesLessTime(string name)
    {
        IStepTiming timing = HardwareCatalog.Create(name).Timing;
        var random = new Random(1);
        for (int round = 0; round < 3000; round++)
        {
            BatchEntry[] batch = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => random.Next(2) == 0 ? Entry(1, random.Next(20_000)) : Entry(random.Next(2, 3000), random.Next(20_000)))];
            double seconds = timing.StepSeconds(batch);
            int at = random.Next(batch.Length);
            BatchEntry one = batch[at];

            seconds.Should().BePositive();
            BatchEntry[] more = [.. batch];
            more[at] = one.Tokens.Length == 1 ? Entry(1, one.Start + random.Next(1, 3000)) : Entry(one.Tokens.Length + random.Next(1, 600), one.Start);
            timing.StepSeconds(more).Should().BeGreaterThanOrEqualTo(seconds, "{0} tokens behind {1} became {2} behind {3}", one.Tokens.Length, one.Start, more[at].Tokens.Length, more[at].Start);
            timing.StepSeconds([.. batch, Entry(1, random.Next(20_000))]).Should().BeGreaterThanOrEqualTo(seconds);
        }

        for (int tokens = 2; tokens < 9000; tokens++)
        {
            timing.StepSeconds([Entry(tokens + 1, 0)]).Should().BeGreaterThanOrEqualTo(timing.StepSeconds([Entry(tokens, 0)]), "{0} tokens", tokens);
        }
    }

    /// <summary>Values of the released equations (milliseconds), where they hold as published.</summary>
    [Theory]
    [InlineData("a6000-mistral-7b", 64, 0, 24.8)]
    [InlineData("a6000-mistral-7b", 384, 0, 51.3)]
    [InlineData("a6000-mistral-7b", 512, 0, 66.7)]
    [InlineData("a6000-mistral-7b", 512, 3585, 80.6)]
    [InlineData("a6000-mistral-7b", 1024, 0, 128.4)]
    [InlineData("a6000-mistral-7b", 1835, 0, 240.4)]
    [InlineData("a6000-mistral-7b", 8192, 0, 1183)]
    [InlineData("a6000-mistral-7b", 32768, 0, 6677)]
    [InlineData("a6000-mistral-7b", 1, 1999, 25.0)]
    [InlineData("a100-mistral-7b", 64, 0, 12.4)]
    [InlineData("a100-mistral-7b", 512, 3585, 48.1)]
    [InlineData("a100-mistral-7b", 1835, 0, 122.7)]
    [InlineData("a100-mistral-7b", 8192, 0, 608.5)]
    [InlineData("a100-mistral-7b", 23474, 0, 2306)]
    [InlineData("h100-llama3-70b", 512, 7680, 84.7)]
    [InlineData("h100-llama3-70b", 8192, 0, 745)]
    [InlineData("a100-llama3-70b", 1835, 0, 379.3)]
    [InlineData("a100-llama3-70b", 23474, 0, 5806)]
    public void TheReleasedEquationsAreReproduced(string name, int tokens, int cached, double milliseconds) =>
        (1000 * HardwareCatalog.Create(name).Timing.StepSeconds([Entry(tokens, cached)])).Should().BeApproximately(milliseconds, 0.02 * milliseconds);

    [Theory]
    [MemberData(nameof(Names))]
    public void TheRatesThatASchedulerIsToldComeClose(string name)
    {
        Hardware hardware = HardwareCatalog.Create(name);
        var told = new RateTiming(hardware.Rates);
        double error = 0;
        int count = 0;
        foreach (int tokens in (int[])[300, 700, 1500, 3000, 6000])
        {
            foreach (int cached in (int[])[0, 1000, 4000, 16_000])
            {
                error += Math.Abs(Math.Log(told.StepSeconds([Entry(tokens, cached)]) / hardware.Timing.StepSeconds([Entry(tokens, cached)])));
                count++;
            }
        }

        foreach (int sequences in (int[])[2, 8, 32, 128])
        {
            BatchEntry[] batch = [.. Enumerable.Repeat(Entry(1, 2000), sequences)];
            error += Math.Abs(Math.Log(told.StepSeconds(batch) / hardware.Timing.StepSeconds(batch)));
            count++;
        }

        (error / count).Should().BeLessThan(0.12, "{0}", hardware.Rates);
    }

    [Fact]
    public void AFileOfRatesIsHardware()
    {
        Hardware hardware = HardwareFile.Parse("mine", """{"alpha": 1e-4, "beta": 2e-9, "t0": 0.02, "gamma": 3e-5, "delta": 1e-7, "kv_tokens": 12345}""");

        hardware.Rates.Should().Be(new WorkerRates(1e-4, 2e-9, 0.02, 3e-5, 1e-7));
        hardware.KvTokens.Should().Be(12345);
        hardware.Timing.StepSeconds([Entry(100, 50), Entry(1, 99)]).Should().BeApproximately(0.02 + 3e-5 + 1e-5 + (100 * (1e-4 + (2e-9 * 100))), 1e-12);
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("[1]", "object")]
    [InlineData("""{"alpha": 1}""", "'beta'")]
    [InlineData("""{"alpha": -1, "beta": 0, "t0": 0, "gamma": 0, "delta": 0, "kv_tokens": 1}""", "'alpha' is -1")]
    [InlineData("""{"alpha": "1", "beta": 0, "t0": 0, "gamma": 0, "delta": 0, "kv_tokens": 1}""", "'alpha' is \"1\"")]
    [InlineData("""{"alpha": 1, "beta": 0, "t0": 0, "gamma": 0, "delta": 0, "kv_tokens": 1.5}""", "'kv_tokens' is 1.5")]
    [InlineData("""{"alpha": 1, "beta": 0, "t0": 0, "gamma": 0, "delta": 0, "kv_tokens": -4}""", "'kv_tokens' is -4; a whole number from 1 to")]
    [InlineData("""{"alpha": 1, "beta": 0, "t0": 0, "gamma": 0, "delta": 0, "kv_tokens": 0}""", "'kv_tokens' is 0; a whole number from 1 to")]
    [InlineData("""{"alpha": 1, "beta": 0, "alpha": 2, "t0": 0, "gamma": 0, "delta": 0, "kv_tokens": 5}""", "'alpha' is there twice")]
    [InlineData("""{"alpha": 0, "beta": 0, "t0": 0, "gamma": 0, "delta": 0, "kv_tokens": 5}""", "work takes time")]
    [InlineData("""{"alpha": 1, "beta": 0, "t0": 0, "gamma": 0, "delta": 0, "kv_tokens": 5, "watts": 3}""", "'watts' is unknown")]
    public void ABadFileIsRefusedWithItsReason(string json, string reason) =>
        ((Action)(() => HardwareFile.Parse("mine", json))).Should().Throw<FormatException>().WithMessage($"*{reason}*");

    [Fact]
    public void AnUnknownNameIsRefusedWithThoseThatExist() =>
        ((Action)(() => HardwareCatalog.Create("tpu"))).Should().Throw<ArgumentException>().WithMessage("*'tpu'*a100-llama3-8b*a6000-mistral-7b*");

    private static BatchEntry Entry(int tokens, int start) => new(new int[tokens], start, default, WantsLogits: false);
}
