using System.Globalization;

namespace Preble.Benchmarks.Serving;

/// <summary>
/// Measures several things in turns, so that a neighbour's load on the machine falls on all of them, and writes for each number its median over the rounds with
/// the smallest and the largest.
/// </summary>
/// <param name="output">Where the lines go.</param>
/// <param name="count">Rounds that count; one more before them warms up.</param>
internal sealed class Rounds(TextWriter output, int count)
{
    private readonly List<(string Name, string[] Units, Func<Task<double[]>> Measure)> _cases = [];

    /// <param name="name">What is measured.</param>
    /// <param name="units">Of the numbers, in order: <c>{0}</c> stands for the number.</param>
    /// <param name="measure">Takes the numbers once.</param>
    public void Add(string name, string[] units, Func<Task<double[]>> measure) => _cases.Add((name, units, measure));

    public async Task RunAsync()
    {
        var rounds = new List<double[][]>();
        for (int round = 0; round <= count; round++)
        {
            var numbers = new double[_cases.Count][];
            for (int index = 0; index < _cases.Count; index++)
            {
                numbers[index] = await _cases[index].Measure();
            }

            if (round > 0) rounds.Add(numbers);
        }

        for (int index = 0; index < _cases.Count; index++)
        {
            IEnumerable<string> columns = _cases[index].Units.Select((unit, column) => Column(unit, [.. rounds.Select(numbers => numbers[index][column]).Order()]));
            await output.WriteLineAsync($"  {_cases[index].Name}: {string.Join("; ", columns)}");
        }
    }

    /// <summary>The value below which a share of the sorted samples lies.</summary>
    public static double Percentile(List<double> samples, double share)
    {
        samples.Sort();
        return samples[(int)(share * (samples.Count - 1))];
    }

    private static string Column(string unit, double[] sorted) =>
        $"{string.Format(CultureInfo.InvariantCulture, unit, Text(sorted[sorted.Length / 2]))} ({Text(sorted[0])} to {Text(sorted[^1])})";

    private static string Text(double number) => number.ToString(number >= 100 ? "N0" : "G3", CultureInfo.InvariantCulture);
}
