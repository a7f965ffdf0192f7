using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

public sealed class RateCalibratorTests
{
    /// <summary>About what the bundled model does on a CPU.</summary>
    private static readonly WorkerRates Slow = new(60e-6, 20e-9, 150e-6, 40e-6, 15e-9);

    /// <summary>The requests' mix, steps in a report, largest mean error of a run without the noise of the hold-out.</summary>
    public static TheoryData<string, int, double> Mixes => new()
    {
        { "prefill", 1, 0.03 },
        { "decode", 1, 0.03 },
        { "even", 1, 0.03 },
        { "one", 1, 0.03 },
        { "prefill", 3, 0.09 },
        { "decode", 20, 0.05 },
        { "even", 5, 0.05 },
    };

    /// <summary>The goal: every combination of rates that are half or twice the true ones.</summary>
    [Theory]
    [MemberData(nameof(Mixes))]
    public void RatesWrongByAFactorOfTwoAreRightWithinTwoHundredRequests(string mix, int stepsPerReport, double errorMax)
    {
        var noisy = new List<double>();
        for (int wrong = 0; wrong < 32; wrong++)
        {
            for (int seed = 0; seed < 3; seed++)
            {
                WorkerRates truth = WrongByTwo(Fast, wrong);
                var worker = new MeasuredWorker(truth, MixOf(mix), new Random((wrong * 1000) + seed));
                var calibrator = new RateCalibrator(Fast);
                Learn(calibrator, worker, () => worker.Ended < 200, stepsPerReport);
                MeanError(calibrator, worker, steps: 400).Should().BeLessThan(errorMax);
                noisy.Add(MeanError(calibrator, worker, steps: 400, withNoise: true));
            }
        }

        noisy.Average().Should().BeLessThan(0.1, "a noise of 10 % alone makes 0.08");
    }

    [Fact]
    public void WithoutNoiseTheRatesBecomeTheTrueOnes()
    {
        var worker = new MeasuredWorker(WrongByTwo(Fast, 0b10110), Mix.Even, new Random(1), noise: 0);
        var calibrator = new RateCalibrator(Fast);
        Learn(calibrator, worker, () => worker.Ended < 200);
        MeanError(calibrator, worker, steps: 400).Should().BeLessThan(0.01);
        calibrator.Rates.Alpha.Should().BeApproximately(worker.Truth.Alpha, 0.05 * worker.Truth.Alpha);
        calibrator.Rates.T0.Should().BeApproximately(worker.Truth.T0, 0.05 * worker.Truth.T0);
    }

    [Fact]
    public void ARateOfWhichNothingIsSeenStaysTheProfiles()
    {
        var calibrator = new RateCalibrator(Fast);
        calibrator.Rates.Should().Be(Fast);
        var worker = new MeasuredWorker(Fast.Times(2), new Mix(1, 1, 0, 5000, 8), new Random(2));
        for (int i = 0; i < 2000; i++)
        {
            StepSums step = worker.Step();
            calibrator.Observe(step.PrefillTokens > 0 ? default : step);
        }

        (calibrator.Rates.Alpha, calibrator.Rates.Beta).Should().Be((Fast.Alpha, Fast.Beta));
        calibrator.Rates.T0.Should().BeGreaterThan(1.5 * Fast.T0);
    }

    [Fact]
    public void RatesThatCannotBeToldApartAreRightTogetherAndEachNearTheProfile()
    {
        var step = new StepSums(1, 0, 0, 0, 16, 32_000);
        foreach (double factor in (double[])[0.5, 2])
        {
            var calibrator = new RateCalibrator(Fast);
            double truth = factor * MeasuredWorker.Seconds(Fast, step);
            for (int i = 0; i < 1000; i++)
            {
                calibrator.Observe(step with { Seconds = truth });
            }

            MeasuredWorker.Seconds(calibrator.Rates, step).Should().BeApproximately(truth, 0.01 * truth);
            foreach ((double learnt, double profile) in Pairs(calibrator.Rates, Fast))
            {
                (learnt / profile).Should().BeInRange(Math.Min(1, factor * 0.75), Math.Max(1, factor * 1.25));
            }
        }
    }

    [Fact]
    public void WhatWasLearntOfPrefillOutlastsALongTimeWithoutAny()
    {
        for (int wrong = 0; wrong < 32; wrong++)
        {
            WorkerRates truth = WrongByTwo(Fast, wrong);
            var random = new Random(wrong);
            var worker = new MeasuredWorker(truth, Mix.Even, random);
            var calibrator = new RateCalibrator(Fast);
            Learn(calibrator, worker, () => worker.Ended < 200);
            var decoding = new MeasuredWorker(truth, new Mix(1, 2, 0, 2000, 8), random);
            Learn(calibrator, decoding, () => decoding.Ended < 100);
            MeanError(calibrator, worker, steps: 400).Should().BeLessThan(0.05);
        }
    }

    /// <summary>A collection of garbage, a neighbour, a first step that compiles.</summary>
    [Theory]
    [InlineData("prefill")]
    [InlineData("decode")]
    [InlineData("even")]
    [InlineData("one")]
    public void PausesDoNotThrowItOff(string mix)
    {
        for (int wrong = 0; wrong < 32; wrong++)
        {
            var random = new Random(wrong);
            var worker = new MeasuredWorker(WrongByTwo(Fast, wrong), MixOf(mix), random);
            var calibrator = new RateCalibrator(Fast);
            StepSums first = worker.Step();
            calibrator.Observe(first with { Seconds = 50 * first.Seconds });
            int steps = 0;
            while (steps++ < 50 || worker.Ended < 200)
            {
                StepSums step = worker.Step();
                calibrator.Observe(random.Next(30) == 0 ? step with { Seconds = 50 * step.Seconds } : step);
            }

            MeanError(calibrator, worker, steps: 400).Should().BeLessThan(0.1);
            double before = MeanError(calibrator, worker, steps: 400);
            StepSums pause = worker.Step();
            calibrator.Observe(pause with { Seconds = 1000 * pause.Seconds });
            MeanError(calibrator, worker, steps: 400).Should().BeLessThan(before + 0.02, "one pause is next to nothing");
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0.4)]
    public void ALastingChangeIsFollowed(double factor)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var worker = new MeasuredWorker(Fast, Mix.Even, new Random(seed));
            var calibrator = new RateCalibrator(Fast);
            Learn(calibrator, worker, () => worker.Ended < 500);
            worker.Truth = Fast.Times(factor);
            int steps = 0;
            Learn(calibrator, worker, () => steps++ < 400);
            MeanError(calibrator, worker, steps: 400).Should().BeLessThan(0.1);
        }
    }

    [Theory]
    [InlineData(0, 1e-4, 0, 0, 1, 10)]
    [InlineData(-1, 1e-4, 0, 0, 1, 10)]
    [InlineData(1, 0, 0, 0, 1, 10)]
    [InlineData(1, -1e-4, 0, 0, 1, 10)]
    [InlineData(1, double.NaN, 0, 0, 1, 10)]
    [InlineData(1, double.PositiveInfinity, 0, 0, 1, 10)]
    [InlineData(1, 1e-4, 0, 0, 0, 0)]
    [InlineData(1, 1e-4, 0, 0, 0, 10)]
    [InlineData(1, 1e-4, -1, 0, 1, 10)]
    [InlineData(1, 1e-4, 1, -1, 1, 10)]
    [InlineData(1, 1e-4, 1, double.NaN, 1, 10)]
    [InlineData(1, 1e-4, 1, double.PositiveInfinity, 1, 10)]
    [InlineData(1, 1e-4, 1, 1, -1, 10)]
    [InlineData(1, 1e-4, 1, 1, 1, -10)]
    public void SumsThatCannotBeOrSayNothingChangeNothing(int steps, double seconds, long prefill, double squares, long sequences, long context)
    {
        var calibrator = new RateCalibrator(Slow);
        calibrator.Observe(new StepSums(steps, seconds, prefill, squares, sequences, context)).Should().BeFalse();
        calibrator.Rates.Should().Be(Slow);
    }

    [Fact]
    public void WhateverIsObservedTheRatesStayNearTheProfilesAndSoundOnesBringThemBack()
    {
        var random = new Random(3);
        double Any() => Math.Pow(10, random.Next(-20, 19) * random.NextDouble());
        for (int round = 0; round < 100; round++)
        {
            int known = round % 2 == 0 ? 31 : random.Next(31);
            WorkerRates profile = Mask(Slow, known);
            var calibrator = new RateCalibrator(profile);
            for (int i = 0; i < 300; i++)
            {
                calibrator.Observe(new StepSums(random.Next(1, int.MaxValue), Any(), (long)Any(), Any(), (long)Any(), (long)Any()));
                foreach ((double learnt, double before) in Pairs(calibrator.Rates, profile))
                {
                    double.IsFinite(learnt).Should().BeTrue();
                    learnt.Should().BeGreaterThanOrEqualTo(before / RateCalibrator.FactorMax * 0.999);
                    learnt.Should().BeLessThanOrEqualTo(before == 0 ? 1 : before * RateCalibrator.FactorMax * 1.001);
                }
            }

            var worker = new MeasuredWorker(Slow, Mix.Even, random);
            int steps = 0;
            Learn(calibrator, worker, () => steps++ < 3000);
            MeanError(calibrator, worker, steps: 400).Should().BeLessThan(known == 31 ? 0.1 : 1);
        }
    }

    /// <summary>As a machine that was busy while its rates were measured may say.</summary>
    [Theory]
    [InlineData("even")]
    [InlineData("decode")]
    [InlineData("prefill")]
    public void RatesThatTheProfileDoesNotHaveAreLearntToo(string mix)
    {
        for (int known = 0; known < 31; known++)
        {
            // Three rates say how fast the worker is, and none at all leaves only the order of magnitude of today's hardware.
            if (known != 0 && int.PopCount(known) < 3)
            {
                continue;
            }

            foreach (WorkerRates truth in (WorkerRates[])[Fast, known == 0 ? Fast.Times(3) : Slow])
            {
                var worker = new MeasuredWorker(truth, MixOf(mix), new Random(known));
                var calibrator = new RateCalibrator(Mask(truth, known));
                calibrator.Rates.Should().Be(Mask(truth, known));
                Learn(calibrator, worker, () => worker.Ended < 200);
                MeanError(calibrator, worker, steps: 400).Should().BeLessThan(0.1, "{0} of {1}", known, truth);
            }
        }
    }

    private static void Learn(RateCalibrator calibrator, MeasuredWorker worker, Func<bool> goesOn, int stepsPerReport = 1)
    {
        while (goesOn())
        {
            StepSums sums = default;
            for (int i = 0; i < stepsPerReport; i++)
            {
                StepSums step = worker.Step();
                sums = new StepSums(
                    sums.Steps + step.Steps,
                    sums.Seconds + step.Seconds,
                    sums.PrefillTokens + step.PrefillTokens,
                    sums.PrefillSquares + step.PrefillSquares,
                    sums.DecodeSequences + step.DecodeSequences,
                    sums.DecodeContextTokens + step.DecodeContextTokens);
            }

            calibrator.Observe(sums);
        }
    }

    /// <summary>Mean absolute logarithmic error of predicted step times, over steps that were not learnt from.</summary>
    private static double MeanError(RateCalibrator calibrator, MeasuredWorker worker, int steps, bool withNoise = false)
    {
        double sum = 0;
        for (int i = 0; i < steps; i++)
        {
            StepSums step = worker.Step();
            double actual = withNoise ? step.Seconds : MeasuredWorker.Seconds(worker.Truth, step);
            sum += Math.Abs(Math.Log(MeasuredWorker.Seconds(calibrator.Rates, step) / actual));
        }

        return sum / steps;
    }

    private static Mix MixOf(string name) => name switch
    {
        "prefill" => Mix.PrefillHeavy,
        "decode" => Mix.DecodeHeavy,
        "one" => Mix.OneAtATime,
        _ => Mix.Even,
    };

    private static WorkerRates WrongByTwo(WorkerRates rates, int up)
    {
        double Factor(int rate) => (up >> rate & 1) == 0 ? 0.5 : 2;
        return new WorkerRates(rates.Alpha * Factor(0), rates.Beta * Factor(1), rates.T0 * Factor(2), rates.Gamma * Factor(3), rates.Delta * Factor(4));
    }

    private static WorkerRates Mask(WorkerRates rates, int known)
    {
        int Kept(int rate) => known >> rate & 1;
        return new WorkerRates(rates.Alpha * Kept(0), rates.Beta * Kept(1), rates.T0 * Kept(2), rates.Gamma * Kept(3), rates.Delta * Kept(4));
    }

    private static (double Learnt, double Profile)[] Pairs(WorkerRates learnt, WorkerRates profile) =>
    [
        (learnt.Alpha, profile.Alpha), (learnt.Beta, profile.Beta), (learnt.T0, profile.T0), (learnt.Gamma, profile.Gamma), (learnt.Delta, profile.Delta),
    ];
}
