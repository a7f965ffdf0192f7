using System.Globalization;
using System.Text.Json;
using Preble.Cli.CommandLine;
using Spectre.Console;

namespace Preble.Cli.Engines;

/// <summary>How fast an engine is.</summary>
/// <param name="Model">Name of the shape, or the folder.</param>
/// <param name="Products">What multiplies matrices.</param>
/// <param name="Notes">What was done in another way than it might have been.</param>
/// <param name="Engine">What was measured.</param>
/// <param name="Steps">Its steps.</param>
internal sealed record EngineReport(string Model, string Products, IReadOnlyList<string> Notes, MeasuredEngine Engine, IReadOnlyList<EngineStep> Steps)
{
    public void Write(Terminal terminal)
    {
        terminal.Output.Write(Text($"{Model} on {Engine.Machine}, products by {Products}; {Engine.MemoryGigabytes:F1} GB/s and {Engine.Teraflops:F2} TFLOP/s at most\n"));
        foreach (string note in Notes)
        {
            terminal.Output.Write($"{note}\n");
        }

        terminal.Output.Write("\n");
        Table table = terminal.NewTable().AddColumn("step");
        foreach (string column in new[] { "sequences", "tokens", "context", "ms", "p10", "p90", "tokens/s", "GB/s", "of memory", "TFLOP/s", "of arithmetic", "times the floor" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (EngineStep s in Steps)
        {
            table.AddRow(
                s.Kind, Text($"{s.Sequences}"), Text($"{s.Tokens}"), Text($"{s.Context}"),
                Text($"{s.Times.Median * 1e3:F2}"), Text($"{s.Times.Low * 1e3:F2}"), Text($"{s.Times.High * 1e3:F2}"),
                Text($"{s.TokensPerSecond:F0}"), Text($"{s.Gigabytes:F1}"), Text($"{100 * s.Gigabytes / Engine.MemoryGigabytes:F0} %"), Text($"{s.Teraflops:F2}"),
                Text($"{100 * s.Teraflops / Engine.Teraflops:F0} %"), Text($"{s.TimesFloor:F2}"));
        }

        terminal.Write(table);
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("model", Model);
        json.WriteString("machine", Engine.Machine);
        json.WriteString("products", Products);
        json.WriteStartArray("notes");
        foreach (string note in Notes)
        {
            json.WriteStringValue(note);
        }

        json.WriteEndArray();
        json.Number("memory_gigabytes_per_second", Engine.MemoryGigabytes);
        json.Number("teraflops", Engine.Teraflops);
        json.WriteStartArray("steps");
        foreach (EngineStep s in Steps)
        {
            json.WriteStartObject();
            json.WriteString("step", s.Kind);
            json.WriteNumber("sequences", s.Sequences);
            json.WriteNumber("tokens", s.Tokens);
            json.WriteNumber("context", s.Context);
            json.Number("median_s", s.Times.Median);
            json.Number("p10_s", s.Times.Low);
            json.Number("p90_s", s.Times.High);
            json.Number("tokens_per_second", s.TokensPerSecond);
            json.Number("bytes", s.Bytes);
            json.Number("operations", s.Operations);
            json.Number("floor_s", s.FloorSeconds);
            json.Number("times_floor", s.TimesFloor);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
