namespace Preble.Kernels.Checking;

/// <summary>
/// Compares rows of results with the reference: the relative error of the norm over all of them, and the worst element, relative to its size and the
/// root mean square of its row together, because an element that is small by cancellation has the rounding of what it was made of.
/// </summary>
/// <param name="Tolerance">Allowed error of the norm.</param>
/// <param name="WorstTolerance">Allowed error of one element.</param>
internal sealed record ErrorMeter(double Tolerance, double WorstTolerance)
{
    private double _differences;
    private double _squares;

    /// <summary>Largest relative error of an element so far.</summary>
    internal double Worst { get; private set; }

    /// <summary>Relative error of the norm so far.</summary>
    internal double Error => _squares > 0 ? Math.Sqrt(_differences / _squares) : Math.Sqrt(_differences);

    /// <summary>What was wrong first; null if nothing.</summary>
    internal string? Problem { get; private set; }

    /// <summary>Compares one row.</summary>
    /// <param name="row">What it is, for messages.</param>
    /// <param name="got">From the device.</param>
    /// <param name="want">The reference.</param>
    internal void Add(FormattableString row, ReadOnlySpan<float> got, ReadOnlySpan<double> want)
    {
        double squares = 0;
        foreach (double value in want)
        {
            squares += value * value;
        }

        double size = Math.Sqrt(squares / want.Length);
        _squares += squares;
        for (int i = 0; i < want.Length; i++)
        {
            double difference = Math.Abs(got[i] - want[i]);
            double error = difference == 0 ? 0 : difference / (Math.Abs(want[i]) + size);
            _differences += difference * difference;
            Worst = Math.Max(Worst, error);
            if (!(error <= WorstTolerance))
            {
                Problem ??= FormattableString.Invariant($"{row}, element {i}: {Describe(got[i])} instead of {want[i]:G6}");
            }
        }
    }

    /// <summary>The error of the norm, once all rows were compared.</summary>
    internal string? Verdict() =>
        Problem ?? (Error <= Tolerance ? null : FormattableString.Invariant($"relative error {Error:E2}, allowed {Tolerance:E2}"));

    /// <summary>Says of a value that was never written that it was not.</summary>
    private static string Describe(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        bool unwritten = bits == CheckedBuffer.PoisonWord || bits == (CheckedBuffer.PoisonWord & 0xFFFF0000);
        return unwritten ? "never written" : FormattableString.Invariant($"{value:G6}");
    }
}
