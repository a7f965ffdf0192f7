using System.Globalization;

namespace Preble.Cli.Reports;

/// <summary>One direction of a chart: values to shares of its length, and the marks along it. Logarithmic if the values span more than can be seen otherwise.</summary>
internal sealed class Axis
{
    /// <summary>Largest over smallest value from which on an axis is logarithmic.</summary>
    private const double LogSpan = 40;

    private const int TicksWanted = 5;
    private readonly double _min;
    private readonly double _max;
    private readonly bool _log;

    private Axis(string label, double min, double max, bool log, IReadOnlyList<double> ticks)
    {
        Label = label;
        _min = min;
        _max = max;
        _log = log;
        Ticks = ticks;
    }

    /// <summary>What is measured, with its unit.</summary>
    public string Label { get; }

    /// <summary>Values with a mark, ascending.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>An axis for values: from 0, or logarithmic.</summary>
    /// <param name="label">What is measured, with its unit.</param>
    /// <param name="values">At least 0 each.</param>
    /// <param name="linear">Never logarithmic.</param>
    public static Axis Of(string label, IEnumerable<double> values, bool linear = false)
    {
        double least = double.PositiveInfinity;
        double most = 0;
        foreach (double value in values)
        {
            least = value > 0 && value < least ? value : least;
            most = Math.Max(most, value);
        }

        if (!(most > 0))
        {
            return new Axis(label, 0, 1, false, [0, 1]);
        }

        return !linear && most / least > LogSpan ? Log(label, least, most) : Linear(label, most);
    }

    /// <summary>An axis of shares, in percent.</summary>
    public static Axis Shares(string label) => new(label, 0, 1, false, [0, 0.25, 0.5, 0.75, 1]) { IsShare = true };

    private bool IsShare { get; init; }

    /// <summary>Where a value lies, from 0 to 1.</summary>
    public double Place(double value) => Math.Clamp(
        _log ? (Math.Log(Math.Max(value, _min)) - Math.Log(_min)) / (Math.Log(_max) - Math.Log(_min)) : (value - _min) / (_max - _min), 0, 1);

    /// <summary>A value as people read it.</summary>
    public string Text(double value) => IsShare ? (value * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %" : Number(value);

    /// <summary>A number with three significant digits.</summary>
    public static string Number(double value)
    {
        double size = Math.Abs(value);
        string format = size == 0 ? "0" : size >= 1000 ? "#,0" : size >= 100 ? "0" : size >= 10 ? "0.#" : size >= 1 ? "0.##" : size >= 0.1 ? "0.###" : "0.####";
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    private static Axis Linear(string label, double most)
    {
        double rough = most / TicksWanted;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 2.5 => 2.5, <= 5 => 5, _ => 10 });
        int count = (int)Math.Ceiling((most / step) - 1e-9);
        return new Axis(label, 0, count * step, false, [.. Enumerable.Range(0, count + 1).Select(i => i * step)]);
    }

    private static Axis Log(string label, double least, double most)
    {
        double min = Math.Pow(10, Math.Floor(Math.Log10(least) + 1e-9));
        min = least >= 5 * min ? 5 * min : least >= 2 * min ? 2 * min : min;
        double max = Math.Pow(10, Math.Ceiling(Math.Log10(most) - 1e-9));
        max = most <= 0.2 * max ? 0.2 * max : most <= 0.5 * max ? 0.5 * max : max;
        var ticks = new List<double>();
        for (double decade = Math.Pow(10, Math.Floor(Math.Log10(min) + 1e-9)); decade <= max * 1.001; decade *= 10)
        {
            double[] marks = max / min > 1000 ? [1] : [1, 2, 5];
            ticks.AddRange(marks.Select(mark => mark * decade).Where(value => value >= min * 0.999 && value <= max * 1.001));
        }

        return new Axis(label, min, max, true, ticks);
    }
}
