using System.Globalization;
using System.Text.Json;
using Preble.Cli.CommandLine;
using Spectre.Console;

namespace Preble.Cli.Serving;

/// <summary>Shows <see cref="ServeMetrics"/>: a table for people, JSON for programs, with the names of vLLM's benchmark where it has one.</summary>
internal static class ServeReport
{
    public static void WriteTables(Terminal terminal, ServeMetrics metrics)
    {
        Table counts = terminal.NewTable();
        counts.AddColumn("measured");
        counts.AddColumn(new TableColumn("value").RightAligned());
        Row("completed requests", $"{metrics.Completed}");
        Row("rejected (429, 503)", $"{metrics.Rejected}");
        Row("failed", $"{metrics.Failed}");
        if (metrics.Cancelled > 0)
        {
            Row("not ended when interrupted", $"{metrics.Cancelled}");
        }

        Row("duration, s", $"{metrics.Seconds:F2}");
        Row("input tokens", $"{metrics.InputTokens}");
        Row("output tokens", $"{metrics.OutputTokens}");
        Row("requests/s", $"{metrics.RequestsPerSecond:F2}");
        if (metrics.Goodput is { } goodput)
        {
            Row("good requests/s", $"{goodput:F2}");
        }

        Row("output tokens/s", $"{metrics.OutputPerSecond:F2}");
        Row("all tokens/s", $"{metrics.TokensPerSecond:F2}");
        if (metrics.HitRatio is { } hits)
        {
            Row("cached share of the prompts", $"{hits:P1}");
        }

        terminal.Write(counts);
        terminal.Output.Write("\n");

        Table times = terminal.NewTable();
        times.AddColumn("milliseconds");
        foreach (string name in (string[])["mean", "median", "p90", "p99", "max", "std"])
        {
            times.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach ((string name, Summary of) in Quantities(metrics))
        {
            times.AddRow(Markup.Escape(name), Ms(of.Mean), Ms(of.Median), Ms(of.P90), Ms(of.P99), Ms(of.Max), Ms(of.Std));
        }

        terminal.Write(times);
        foreach ((string error, int requests) in metrics.Errors)
        {
            terminal.Output.Write($"{requests} times: {OneLine.Of(error)}\n");
        }

        void Row(string name, FormattableString value) => counts.AddRow(Markup.Escape(name), value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The object of <c>--json</c>.</summary>
    /// <param name="json">Receives it.</param>
    /// <param name="metrics">What was measured.</param>
    /// <param name="head">Writes what was asked for, first.</param>
    public static void WriteJson(Utf8JsonWriter json, ServeMetrics metrics, Action head)
    {
        json.WriteStartObject();
        head();
        json.Number("duration", metrics.Seconds);
        json.WriteNumber("completed", metrics.Completed);
        json.WriteNumber("rejected", metrics.Rejected);
        json.WriteNumber("failed", metrics.Failed);
        json.WriteNumber("cancelled", metrics.Cancelled);
        json.WriteNumber("total_input_tokens", metrics.InputTokens);
        json.WriteNumber("total_output_tokens", metrics.OutputTokens);
        json.Number("request_throughput", metrics.RequestsPerSecond);
        Optional("request_goodput", metrics.Goodput);
        json.Number("output_throughput", metrics.OutputPerSecond);
        json.Number("total_token_throughput", metrics.TokensPerSecond);
        Optional("hit_ratio", metrics.HitRatio);
        foreach ((string name, Summary of) in Quantities(metrics))
        {
            string key = name.ToLowerInvariant();
            json.Number($"mean_{key}_ms", of.Mean);
            json.Number($"median_{key}_ms", of.Median);
            json.Number($"std_{key}_ms", of.Std);
            json.Number($"p90_{key}_ms", of.P90);
            json.Number($"p99_{key}_ms", of.P99);
            json.Number($"max_{key}_ms", of.Max);
        }

        json.WriteStartObject("requests_by_worker");
        foreach ((string worker, int requests) in metrics.Workers)
        {
            json.WriteNumber(worker, requests);
        }

        json.WriteEndObject();
        json.WriteStartArray("errors");
        foreach ((string error, int requests) in metrics.Errors)
        {
            json.WriteStartObject();
            json.WriteString("error", error);
            json.WriteNumber("requests", requests);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();

        void Optional(string name, double? value)
        {
            if (value is { } number)
            {
                json.Number(name, number);
            }
            else
            {
                json.WriteNull(name);
            }
        }
    }

    private static (string Name, Summary Of)[] Quantities(ServeMetrics metrics) =>
        [("TTFT", metrics.Ttft), ("TPOT", metrics.Tpot), ("ITL", metrics.Itl), ("E2EL", metrics.E2el)];

    private static string Ms(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
}
