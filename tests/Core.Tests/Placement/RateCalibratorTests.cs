using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;
using static Preble.Core.Tests.Placement.Learning;

namespace Preble.Core.Tests.Placement;

public sealed class RateCalibratorTests
{
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
}
