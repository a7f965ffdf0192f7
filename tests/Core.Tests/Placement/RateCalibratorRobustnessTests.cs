using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;
using static Preble.Core.Tests.Placement.Learning;

namespace Preble.Core.Tests.Placement;

/// <summary>What workers measure that no model says.</summary>
public sealed class RateCalibratorRobustnessTests
{
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
}
