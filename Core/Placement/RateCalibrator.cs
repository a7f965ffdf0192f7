namespace Preble.Core.Placement;

/// <summary>
/// Learns one worker's rates from what its steps take: recursive least squares with a fading memory over the five kinds of work in
/// <see cref="StepSums"/>, in the form of a Kalman filter.
/// <para>What is estimated is each rate's factor on the profile's rate, and each observation is divided by what was predicted of it, so that all numbers
/// are near one whatever the hardware, and a relative error counts the same in a short step and a long one. The profile is the prior: a rate of which the
/// observations say nothing (no prefill, a batch that never changes) keeps its factor, also when memory fades, as that widens a rate's uncertainty and
/// moves no rate. One observation says at most a few times the usual error, so that a pause of the worker does no harm; a lasting change opens that limit
/// within some ten observations. Where the profile has 0, what is plausible beside its other rates stands in for it from the first observation on.</para>
/// </summary>
internal sealed class RateCalibrator
{
    /// <summary>A rate stays within this factor of the profile's.</summary>
    public const double FactorMax = 8;

    /// <summary>A rate that the profile does not have stays within this factor of what is plausible.</summary>
    public const double UnknownFactorMax = 64;

    /// <summary>How far from the truth a profile is thought to be: the standard deviation of the true factors around 1.</summary>
    public const double PriorDeviation = 0.5;

    /// <summary>The same where the profile has 0.</summary>
    public const double UnknownDeviation = 4;

    /// <summary>Relative error of one step's time that is put down to noise; with <see cref="PriorDeviation"/> the weight of the prior.</summary>
    public const double StepNoise = 0.15;

    /// <summary>Steps after which an observation has faded to a third, where every step tells of the rate; fewer while errors are larger than noise.</summary>
    public const double MemorySteps = 500;

    /// <summary>Steps that the sums of one report count as at most: what is wrong with all of them alike does not cancel.</summary>
    public const int StepsCountedMax = 16;

    /// <summary>One observation counts as at most this many times the usual relative error.</summary>
    public const double ErrorsMax = 4;

    /// <summary>Bounds of that limit as a logarithm: from a third more, or a quarter less, to somewhat more than twice or half.</summary>
    public const double LimitMin = 0.3, LimitMax = 0.8;

    /// <summary>Weight of the newest error in the usual one.</summary>
    public const double ErrorSmoothing = 0.05;

    private const int Count = 5;
    private readonly double[] _units = new double[Count];
    private readonly double[] _most = new double[Count];
    private readonly double[] _factors = new double[Count];
    private readonly double[] _priorVariance = new double[Count];
    private readonly double[,] _covariance = new double[Count, Count];
    private readonly double[] _share = new double[Count];
    private readonly double[] _gain = new double[Count];
    private double _usualError = LimitMax / ErrorsMax;

    /// <param name="profile">Finite and not negative.</param>
    public RateCalibrator(WorkerRates profile)
    {
        Rates = profile;
        WorkerRates plausible = PlausibleRates.Beside(profile);
        ReadOnlySpan<double> known = [profile.Alpha, profile.Beta, profile.T0, profile.Gamma, profile.Delta];
        ReadOnlySpan<double> guessed = [plausible.Alpha, plausible.Beta, plausible.T0, plausible.Gamma, plausible.Delta];
        for (int i = 0; i < Count; i++)
        {
            bool isKnown = known[i] > 0;
            _units[i] = isKnown ? known[i] : guessed[i];
            _factors[i] = 1;
            _most[i] = isKnown ? FactorMax : UnknownFactorMax;
            double deviation = isKnown ? PriorDeviation : UnknownDeviation;
            _covariance[i, i] = _priorVariance[i] = deviation * deviation;
        }
    }

    /// <summary>The profile's until something was learnt.</summary>
    public WorkerRates Rates { get; private set; }

    public bool HasLearnt { get; private set; }

    /// <summary>Takes in what some steps took. Sums that cannot be, or that say nothing, change nothing.</summary>
    /// <returns>Whether it was used.</returns>
    public bool Observe(in StepSums sums)
    {
        if (!IsUsable(sums))
        {
            return false;
        }

        // 1. What was expected, and which share of it each kind of work has. [seconds]
        Span<double> work = [sums.PrefillTokens, sums.PrefillSquares, sums.Steps, sums.DecodeSequences, sums.DecodeContextTokens];
        double expected = 0;
        for (int i = 0; i < Count; i++)
        {
            work[i] *= _units[i];
            expected += work[i] * _factors[i];
        }

        if (!double.IsNormal(expected))
        {
            return false;
        }

        for (int i = 0; i < Count; i++)
        {
            _share[i] = work[i] / expected;
        }

        // 2. How far off that was, within limits.
        double limit = Math.Clamp(ErrorsMax * _usualError, LimitMin, LimitMax);
        double error = Math.Clamp(Math.Log(sums.Seconds / expected), -limit, limit);
        _usualError += ErrorSmoothing * (Math.Abs(error) - _usualError);

        // 3. The factors move by what they may have contributed to it.
        int steps = Math.Min(sums.Steps, StepsCountedMax);
        Fade(steps);
        Correct(Math.Exp(error), StepNoise * StepNoise / steps);
        Confine();
        HasLearnt = true;
        Rates = new WorkerRates(
            _units[0] * _factors[0], _units[1] * _factors[1], _units[2] * _factors[2], _units[3] * _factors[3], _units[4] * _factors[4]);
        return true;
    }

    private static bool IsUsable(in StepSums sums)
    {
        bool adds = Math.Min(Math.Min(sums.PrefillTokens, sums.DecodeSequences), sums.DecodeContextTokens) >= 0 && sums.PrefillSquares >= 0;
        bool worked = sums.PrefillTokens > 0 || sums.DecodeSequences > 0;
        return adds && worked && sums.Steps > 0 && double.IsNormal(sums.Seconds) && sums.Seconds > 0 && double.IsFinite(sums.PrefillSquares);
    }

    /// <summary>The rates may have drifted since; never so far that less is known of one than at the start.</summary>
    private void Fade(int steps)
    {
        // The square makes it forget at once what a lasting change has made wrong: half of a twofold one is learnt in some 80 steps, not 400.
        double surprise = Math.Max(1, _usualError / StepNoise);
        double memory = MemorySteps / (surprise * surprise);
        double drift = StepNoise * StepNoise / (memory * memory) * steps;
        for (int i = 0; i < Count; i++)
        {
            double scale = Math.Max(1, _factors[i] * _factors[i]);
            double most = _priorVariance[i] * scale;
            double variance = _covariance[i, i];
            _covariance[i, i] = Math.Max(variance, Math.Min(variance + (drift * scale), most));
        }
    }

    /// <param name="seen">What was seen, as a multiple of what was expected.</param>
    /// <param name="noise">Variance of that.</param>
    private void Correct(double seen, double noise)
    {
        double innovation = seen;
        double variance = noise;
        for (int i = 0; i < Count; i++)
        {
            double along = 0;
            for (int k = 0; k < Count; k++)
            {
                along += _covariance[i, k] * _share[k];
            }

            _gain[i] = along;
            innovation -= _share[i] * _factors[i];
            variance += _share[i] * along;
        }

        for (int i = 0; i < Count; i++)
        {
            _factors[i] += _gain[i] * innovation / variance;
            for (int k = 0; k <= i; k++)
            {
                _covariance[i, k] = _covariance[k, i] = _covariance[i, k] - (_gain[i] * _gain[k] / variance);
            }
        }
    }

    /// <summary>Brings a factor that is out of bounds back, and the others by what that says of them.</summary>
    private void Confine()
    {
        for (int i = 0; i < Count; i++)
        {
            double excess = _factors[i] - Math.Clamp(_factors[i], 1 / _most[i], _most[i]);
            if (excess == 0)
            {
                continue;
            }

            double variance = _covariance[i, i];
            for (int k = 0; k < Count; k++)
            {
                _factors[k] -= excess * _covariance[k, i] / variance;
            }
        }

        for (int i = 0; i < Count; i++)
        {
            _factors[i] = Math.Clamp(_factors[i], 1 / _most[i], _most[i]);
        }
    }
}
