using System.Globalization;
using Preble.Cli.CommandLine;
using Preble.Core.Simulation;
using Spectre.Console;

namespace Preble.Cli.Runs;

/// <summary>Results as a table, a line for each policy.</summary>
internal static class ResultTable
{
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

    /// <summary>Writes the results.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="points">One or several rates; with several, the rate is the first column.</param>
    public static void Write(Terminal terminal, IReadOnlyList<LoadPoint> points)
    {
        bool rates = points.Count > 1;
        Table table = terminal.NewTable();
        if (rates)
        {
            table.AddColumn(new TableColumn("requests/s").RightAligned());
        }

        table.AddColumn("policy");
        foreach ((string name, _) in Columns)
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach (LoadPoint point in points)
        {
            foreach (SimulationResult result in point.Results)
            {
                IEnumerable<string> head = rates ? [Rate(point.Workload.Rate), result.Policy] : [result.Policy];
                table.AddRow([.. head.Concat(Columns.Select(column => column.Value(result))).Select(Markup.Escape)]);
            }
        }

        terminal.Write(table);
    }

    /// <summary>Three significant digits, at least: from microseconds to hours.</summary>
    public static string Seconds(double value) =>
        value.ToString(value >= 100 ? "F0" : value >= 10 ? "F1" : value >= 1 ? "F2" : "F3", CultureInfo.InvariantCulture);

    /// <summary>Requests a second.</summary>
    public static string Rate(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
