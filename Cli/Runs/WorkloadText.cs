using System.Globalization;
using System.Text.Json;
using Preble.Cli.CommandLine;
using Preble.Core.Workloads;
using Spectre.Console;

namespace Preble.Cli.Runs;

/// <summary>Shows the statistics of a workload: a table for people, JSON for programs.</summary>
internal static class WorkloadText
{
    private static readonly (string Name, string Key, Func<WorkloadStatistics, LengthSummary> Value, bool Share)[] Quantities =
    [
        ("prompt, tokens", "prompt_tokens", all => all.Prompt, false),
        ("output, tokens", "output_tokens", all => all.Output, false),
        ("between arrivals, s", "gap_s", all => all.Gap, false),
        ("shared with another prompt", "shared_share", all => all.SharedShare, true),
        ("found in an infinite cache", "found_share", all => all.FoundShare, true),
        ("key portion of the prompt", "key_portion_share", all => all.KeyPortionShare, true),
        ("requests of a key portion", "key_portion_sharers", all => all.KeyPortionSharers, false),
    ];

    public static void WriteTable(Terminal terminal, Workload workload, WorkloadStatistics statistics)
    {
        terminal.Output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{workload.Name}: {statistics.Requests:N0} requests in {statistics.Seconds:N1} s, {ResultTable.Rate(statistics.Rate)} a second (seed {workload.Seed})\n"));
        terminal.Output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{statistics.FollowUps:N0} follow on another; gaps vary {statistics.GapVariation:F2} times their mean; {statistics.DistinctTokens:N0} distinct tokens\n"));
        terminal.Output.Write(string.Create(
            CultureInfo.InvariantCulture, $"At most {statistics.HitRatio * 100:F1} % of the prompt tokens can be found cached, in pages of {WorkloadStatistics.PageTokens}\n\n"));
        Table table = terminal.NewTable();
        table.AddColumn("a request's");
        foreach (string column in (string[])["mean", "std", "min", "p50", "p90", "p99", "max"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach ((string name, _, Func<WorkloadStatistics, LengthSummary> value, bool share) in Quantities)
        {
            LengthSummary of = value(statistics);
            table.AddRow([.. new[] { of.Mean, of.Deviation, of.Min, of.P50, of.P90, of.P99, of.Max }.Select(number => Show(number, share)).Prepend(name).Select(Markup.Escape)]);
        }

        terminal.Write(table);
    }

    public static void WriteJson(Utf8JsonWriter json, Workload workload, WorkloadStatistics statistics)
    {
        json.WriteStartObject();
        json.WriteString("workload", workload.Name);
        json.WriteNumber("seed", workload.Seed);
        json.WriteNumber("requests", statistics.Requests);
        json.WriteNumber("follow_ups", statistics.FollowUps);
        json.Number("seconds", statistics.Seconds);
        json.Number("rate", statistics.Rate);
        json.Number("gap_variation", statistics.GapVariation);
        json.Number("hit_ratio_max", statistics.HitRatio);
        json.WriteNumber("distinct_tokens", statistics.DistinctTokens);
        foreach ((_, string key, Func<WorkloadStatistics, LengthSummary> value, _) in Quantities)
        {
            LengthSummary of = value(statistics);
            json.WriteStartObject(key);
            json.Number("mean", of.Mean);
            json.Number("std", of.Deviation);
            json.Number("min", of.Min);
            json.Number("p50", of.P50);
            json.Number("p90", of.P90);
            json.Number("p99", of.P99);
            json.Number("max", of.Max);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static string Show(double number, bool share) => share
        ? (number * 100).ToString("F1", CultureInfo.InvariantCulture) + " %"
        : number.ToString(number is < 10 and > 0 ? "F3" : "N0", CultureInfo.InvariantCulture);
}
