using System.Globalization;
using System.Text.Json;
using Preble.Cli.CommandLine;
using Preble.Kernels.Checking;
using Spectre.Console;

namespace Preble.Cli.Gpu;

/// <summary>What the checks of the kernels found.</summary>
/// <param name="Device">The card.</param>
/// <param name="Seed">Of inputs and random shapes.</param>
/// <param name="Results">One for each case.</param>
internal sealed record CheckReport(DeviceLine Device, int Seed, IReadOnlyList<CheckResult> Results)
{
    public int Failed => Results.Count(result => result.Problem is not null);

    /// <summary>A row for each op with its worst case, then a line for each failure and for each op that could not be checked.</summary>
    public void Write(Terminal terminal)
    {
        terminal.Output.Write($"{Device}, seed {Seed}\n\n");
        Table table = terminal.NewTable().AddColumn("op");
        foreach (string column in new[] { "cases", "failed", "relative error", "tolerance", "worst element", "tolerance" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (IGrouping<string, CheckResult> op in Results.Where(result => result.Skipped is null).GroupBy(result => result.Op))
        {
            CheckResult norm = op.MaxBy(Share)!;
            CheckResult element = op.MaxBy(result => result.Worst)!;
            table.AddRow(
                op.Key, Text($"{op.Count()}"), Text($"{op.Count(result => result.Problem is not null)}"), Number(norm.Error, norm.Tolerance), Tolerance(norm.Tolerance),
                Number(element.Worst, element.WorstTolerance), Tolerance(element.WorstTolerance));
        }

        terminal.Write(table);
        terminal.Output.Write("\n");
        foreach (CheckResult result in Results.Where(result => result.Problem is not null))
        {
            terminal.Output.Write($"{result.Op}, {result.Case}: {result.Problem}\n");
        }

        foreach ((string op, string? skipped) in Results.Where(result => result.Skipped is not null).Select(result => (result.Op, result.Skipped)).Distinct())
        {
            terminal.Output.Write($"{op} was not checked: {skipped}\n");
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        Device.WriteJson(json);
        json.WriteNumber("seed", Seed);
        json.WriteNumber("failed", Failed);
        json.WriteStartArray("results");
        foreach (CheckResult result in Results)
        {
            json.WriteStartObject();
            json.WriteString("op", result.Op);
            json.WriteString("case", result.Case);
            json.WriteBoolean("passed", result.Passed);
            Error(json, "error", result.Error);
            Error(json, "tolerance", result.Tolerance);
            Error(json, "worst", result.Worst);
            Error(json, "worst_tolerance", result.WorstTolerance);
            json.WriteString("problem", result.Problem);
            json.WriteString("skipped", result.Skipped);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // Three digits of what may be far below a millionth; no number where a kernel gave none.
    private static void Error(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, double.Parse(value.ToString("E2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static double Share(CheckResult result) => result.Tolerance > 0 ? result.Error / result.Tolerance : 0;

    private static string Number(double error, double tolerance) => tolerance > 0 ? Text($"{error:E2}") : "";

    private static string Tolerance(double tolerance) => tolerance > 0 ? Text($"{tolerance:E2}") : "exact";

    private static string Text(FormattableString text) => Markup.Escape(text.ToString(CultureInfo.InvariantCulture));
}
