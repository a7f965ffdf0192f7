using System.Globalization;
using Preble.Cli.CommandLine;
using Preble.Core.Simulation;
using Spectre.Console;

namespace Preble.Cli.Runs;

/// <summary>Results as a table, a line for each policy.</summary>
internal static class ResultTable
{
    /// <summary>Columns of a terminal that a column takes beside its text.</summary>
    private const int Gap = 3;

    /// <summary>What is said of a result, after the name of its policy.</summary>
    public static IReadOnlyList<(string Name, Func<SimulationResult, string> Value)> Columns { get; } =
    [
        ("latency mean s", result => Seconds(result.Latency.Mean)),
        ("p50", result => Seconds(result.Latency.P50)),
        ("p90", result => Seconds(result.Latency.P90)),
        ("p99", result => Seconds(result.Latency.P99)),
        ("TTFT mean s", result => Seconds(result.Ttft.Mean)),
        ("p99", result => Seconds(result.Ttft.P99)),
        ("TPOT mean ms", result => (result.Tpot.Mean * 1000).ToString("F1", CultureInfo.InvariantCulture)),
        ("hits", result => (result.HitRatio * 100).ToString("F1", CultureInfo.InvariantCulture) + " %"),
        ("imbalance", result => result.LoadImbalance.ToString("F2", CultureInfo.InvariantCulture)),
        ("makespan s", result => result.MakespanSeconds.ToString("F1", CultureInfo.InvariantCulture)),
        ("completed", result => result.Completed.ToString(CultureInfo.InvariantCulture)),
        ("rejected", result => result.Rejected.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>Columns by how soon they are left out where the terminal is too narrow for all: makespan first, mean latency never.</summary>
    private static readonly int[] FirstToGo = [9, 10, 8, 6, 2, 1, 11, 5, 7, 4, 3];

    /// <summary>Writes the results.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="points">One or several rates; with several, the rate is the first column.</param>
    public static void Write(Terminal terminal, IReadOnlyList<LoadPoint> points)
    {
        (string Rate, SimulationResult Result)[] rows = [.. points.SelectMany(point => point.Results.Select(result => (Rate(point.Workload.Rate), result)))];
        bool rates = points.Count > 1;
        Table table = terminal.NewTable();
        if (rates)
        {
            table.AddColumn(new TableColumn("requests/s").RightAligned());
        }

        table.AddColumn("policy");
        int room = terminal.Columns - rows.Max(row => row.Result.Policy.Length) - (rates ? "requests/s".Length + Gap : 0) - Gap - 1;
        int[] shown = [.. Fitting(rows, room)];
        foreach (int column in shown)
        {
            table.AddColumn(new TableColumn(Columns[column].Name).RightAligned());
        }

        foreach ((string rate, SimulationResult result) in rows)
        {
            IEnumerable<string> head = rates ? [rate, result.Policy] : [result.Policy];
            table.AddRow([.. head.Concat(shown.Select(column => Columns[column].Value(result))).Select(Markup.Escape)]);
        }

        terminal.Write(table);
    }

    private static SortedSet<int> Fitting((string Rate, SimulationResult Result)[] rows, int room)
    {
        int[] widths = [.. Columns.Select(column => Gap + Math.Max(column.Name.Length, rows.Max(row => column.Value(row.Result).Length)))];
        var shown = new SortedSet<int>(Enumerable.Range(0, Columns.Count));
        foreach (int column in FirstToGo)
        {
            if (shown.Sum(one => widths[one]) <= room)
            {
                break;
            }

            shown.Remove(column);
        }

        return shown;
    }

    /// <summary>Three significant digits, at least: from microseconds to hours.</summary>
    public static string Seconds(double value) =>
        value.ToString(value >= 100 ? "F0" : value >= 10 ? "F1" : value >= 1 ? "F2" : "F3", CultureInfo.InvariantCulture);

    /// <summary>Requests a second; a trace may have a few in an hour.</summary>
    public static string Rate(double value) => value.ToString(value >= 0.01 ? "0.###" : "0.######", CultureInfo.InvariantCulture);
}
