using Preble.Core.Placement;

namespace Preble.Core.Tests.Placement;

/// <summary>What the tests of the calibrator share.</summary>
internal static class Learning
{
    /// <summary>About what the bundled model does on a CPU.</summary>
    public static readonly WorkerRates Slow = new(60e-6, 20e-9, 150e-6, 40e-6, 15e-9);

    public static void Learn(RateCalibrator calibrator, MeasuredWorker worker, Func<bool> goesOn, int stepsPerReport = 1)
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
    public static double MeanError(RateCalibrator calibrator, MeasuredWorker worker, int steps, bool withNoise = false)
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

    public static Mix MixOf(string name) => name switch
    {
        "prefill" => Mix.PrefillHeavy,
        "decode" => Mix.DecodeHeavy,
        "one" => Mix.OneAtATime,
        _ => Mix.Even,
    };

    public static WorkerRates WrongByTwo(WorkerRates rates, int up)
    {
        double Factor(int rate) => (up >> rate & 1) == 0 ? 0.5 : 2;
        return new WorkerRates(rates.Alpha * Factor(0), rates.Beta * Factor(1), rates.T0 * Factor(2), rates.Gamma * Factor(3), rates.Delta * Factor(4));
    }

    public static WorkerRates Mask(WorkerRates rates, int known)
    {
        int Kept(int rate) => known >> rate & 1;
        return new WorkerRates(rates.Alpha * Kept(0), rates.Beta * Kept(1), rates.T0 * Kept(2), rates.Gamma * Kept(3), rates.Delta * Kept(4));
    }

    public static (double Learnt, double Profile)[] Pairs(WorkerRates learnt, WorkerRates profile) =>
    [
        (learnt.Alpha, profile.Alpha), (learnt.Beta, profile.Beta), (learnt.T0, profile.T0), (learnt.Gamma, profile.Gamma), (learnt.Delta, profile.Delta),
    ];
}
