using System.Globalization;
using System.Text.Json;
using Preble.Cli.CommandLine;
using Spectre.Console;

namespace Preble.Cli.Placing;

/// <summary>How fast prompts are placed, on one core.</summary>
internal sealed record SchedulerBenchmarkResult
{
    public required SchedulerBenchmarkOptions Options { get; init; }

    /// <summary>Match, choose and promise.</summary>
    public required double DecisionsPerSecond { get; init; }

    /// <summary>Median of one decision, in microseconds.</summary>
    public required double P50Us { get; init; }

    public required double P99Us { get; init; }

    public required double MaxUs { get; init; }

    /// <summary>In the tree, at the end.</summary>
    public required int Pages { get; init; }

    public required double PromptTokensMean { get; init; }

    /// <summary>By match, choose and promise.</summary>
    public required double AllocatedBytesPerDecision { get; init; }

    /// <summary>The same with what happens between two decisions: an older request ends, its pages are stored, others are forgotten.</summary>
    public required double WithFeedbackPerSecond { get; init; }

    /// <summary>Share of the prompts' tokens that were expected to be cached where they went.</summary>
    public required double HitRatio { get; init; }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.Number("decisions_per_second", DecisionsPerSecond);
        json.Number("p50_us", P50Us);
        json.Number("p99_us", P99Us);
        json.WriteNumber("pages", Pages);
        json.WriteNumber("workers", Options.Workers);
        json.Number("prompt_tokens_mean", PromptTokensMean);
        json.Number("allocated_bytes_per_decision", AllocatedBytesPerDecision);
        json.WriteString("workload", Options.Workload);
        json.WriteString("policy", Options.Policy);
        json.WriteNumber("decisions", Options.Decisions);
        json.WriteNumber("seed", Options.Seed);
        json.Number("max_us", MaxUs);
        json.Number("with_feedback_per_second", WithFeedbackPerSecond);
        json.Number("hit_ratio", HitRatio);
        json.WriteEndObject();
    }

    public void WriteTable(Terminal terminal)
    {
        Table table = terminal.NewTable();
        table.AddColumn("policy");
        string[] columns = ["workers", "pages", "decisions/s", "with feedback", "p50 us", "p99 us", "max us", "bytes/decision", "prompt tokens", "hits"];
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        FormattableString[] values =
        [
            $"{Options.Policy}", $"{Options.Workers}", $"{Pages}", $"{DecisionsPerSecond:F0}", $"{WithFeedbackPerSecond:F0}",
            $"{P50Us:F1}", $"{P99Us:F1}", $"{MaxUs:F0}", $"{AllocatedBytesPerDecision:F2}", $"{PromptTokensMean:F0}", $"{HitRatio * 100:F1} %",
        ];
        table.AddRow([.. values.Select(value => Markup.Escape(value.ToString(CultureInfo.InvariantCulture)))]);
        terminal.Write(table);
    }
}
