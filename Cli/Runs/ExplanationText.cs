using System.Globalization;
using System.Text.Json;
using Preble.Cli.CommandLine;
using Preble.Core.Placement;
using Preble.Core.Simulation;
using Preble.Core.Workloads;
using Spectre.Console;

namespace Preble.Cli.Runs;

/// <summary>Shows an <see cref="Explanation"/>.</summary>
internal static class ExplanationText
{
    public static void Write(Terminal terminal, string workload, Explanation of)
    {
        WorkloadRequest request = of.Request;
        string segments = string.Join(" + ", request.Prompt.ToArray().Select(segment => segment.Tokens.ToString("N0", CultureInfo.InvariantCulture)));
        Line(terminal, $"Request {request.Index} of {workload}: {request.PromptTokens:N0} prompt tokens ({segments}), {request.Output.Tokens:N0} to be answered.");
        if (request.After >= 0)
        {
            Line(terminal, $"It follows request {request.After}.");
        }

        if (of.Decision is not { } decision)
        {
            Line(terminal, $"Outcome: {of.Record.Outcome}. No placement of it is remembered.");
            return;
        }

        string where = decision.Worker.Value;
        Line(terminal, $"{decision.Policy} placed it on {where} at {decision.At.TotalSeconds:F3} s, as decision {decision.Decision}, among {decision.Candidates.Count}.");
        Line(terminal, $"Reason: {decision.Reason}");
        terminal.Output.Write("\n");
        Table table = terminal.NewTable();
        table.AddColumn("worker");
        foreach (string column in decision.Terms.Prepend("cached tokens").Append("total"))
        {
            table.AddColumn(new TableColumn(Markup.Escape(column)).RightAligned());
        }

        table.AddColumn("");
        foreach (CandidateExplanation candidate in decision.Candidates.OrderBy(candidate => candidate.Total))
        {
            string mark = candidate.Worker == decision.Worker ? "chosen" : candidate.Eligible ? "" : "not eligible";
            string cached = candidate.CachedTokens.ToString("N0", CultureInfo.InvariantCulture);
            IEnumerable<string> numbers = candidate.Terms.Append(candidate.Total).Select(Number);
            table.AddRow([.. new[] { candidate.Worker.Value, cached }.Concat(numbers).Append(mark).Select(Markup.Escape)]);
        }

        terminal.Write(table);
        terminal.Output.Write("\n");

        RequestRecord record = of.Record;
        Table outcome = terminal.NewTable();
        outcome.AddColumn("");
        outcome.AddColumn(new TableColumn("predicted").RightAligned());
        outcome.AddColumn(new TableColumn("actual").RightAligned());
        bool ended = record.Outcome == RequestOutcome.Completed;
        Row("cached tokens", decision.CachedTokens.ToString("N0", CultureInfo.InvariantCulture), ended ? record.CachedTokens.ToString("N0", CultureInfo.InvariantCulture) : "");
        Row("time to compute the others, s", Number(decision.PrefillSeconds), "");
        Row("time to the first token, s", Number(decision.TtftSeconds), ended ? Number(record.TtftSeconds) : "");
        Row("time to the last token, s", "", ended ? Number(record.LatencySeconds) : "");
        Row("output tokens", "", ended ? record.OutputTokens.ToString("N0", CultureInfo.InvariantCulture) : "");
        Row("placements", "", record.Attempts.ToString(CultureInfo.InvariantCulture));
        Row("outcome", "", record.Outcome.ToString());
        terminal.Write(outcome);

        void Row(string name, string predicted, string actual) => outcome.AddRow(Markup.Escape(name), Markup.Escape(predicted), Markup.Escape(actual));
    }

    public static void WriteJson(Utf8JsonWriter json, string workload, Explanation of)
    {
        json.WriteStartObject();
        json.WriteString("workload", workload);
        json.WriteNumber("request", of.Request.Index);
        json.WriteNumber("prompt_tokens", of.Request.PromptTokens);
        json.WriteString("outcome", of.Record.Outcome.ToString().ToLowerInvariant());
        json.WriteNumber("attempts", of.Record.Attempts);
        if (of.Decision is { } decision)
        {
            json.WriteString("policy", decision.Policy);
            json.WriteNumber("decision", decision.Decision);
            json.Number("at_s", decision.At.TotalSeconds);
            json.WriteString("worker", decision.Worker.Value);
            json.WriteString("reason", decision.Reason);
            json.WriteStartArray("candidates");
            foreach (CandidateExplanation candidate in decision.Candidates)
            {
                WriteCandidate(json, decision, candidate);
            }

            json.WriteEndArray();
            json.WriteStartObject("predicted");
            json.WriteNumber("cached_tokens", decision.CachedTokens);
            json.Number("prefill_s", decision.PrefillSeconds);
            json.Number("ttft_s", decision.TtftSeconds);
            json.WriteEndObject();
        }

        if (of.Record.Outcome == RequestOutcome.Completed)
        {
            json.WriteStartObject("actual");
            json.WriteNumber("cached_tokens", of.Record.CachedTokens);
            json.Number("ttft_s", of.Record.TtftSeconds);
            json.Number("latency_s", of.Record.LatencySeconds);
            json.WriteNumber("output_tokens", of.Record.OutputTokens);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteCandidate(Utf8JsonWriter json, DecisionRecord decision, CandidateExplanation candidate)
    {
        json.WriteStartObject();
        json.WriteString("worker", candidate.Worker.Value);
        json.WriteNumber("cached_tokens", candidate.CachedTokens);
        json.WriteBoolean("eligible", candidate.Eligible);
        Cost("total", candidate.Total);
        json.WriteStartObject("terms");
        for (int i = 0; i < decision.Terms.Count; i++)
        {
            Cost(decision.Terms[i], candidate.Terms[i]);
        }

        json.WriteEndObject();
        json.WriteEndObject();

        // A policy may rule a worker out by an infinite cost, which JSON cannot say.
        void Cost(string name, double value)
        {
            if (double.IsFinite(value))
            {
                json.Number(name, value);
            }
            else
            {
                json.WriteNull(name);
            }
        }
    }

    /// <summary>A number as people read it: whole ones without a point, and no sign before nothing.</summary>
    internal static string Number(double value)
    {
        if (!double.IsFinite(value))
        {
            return "-";
        }

        string text = value.ToString(value == Math.Floor(value) && Math.Abs(value) < 1e9 ? "N0" : "F4", CultureInfo.InvariantCulture);
        return text.Trim('-', '0', '.').Length > 0 ? text : text.TrimStart('-');
    }

    private static void Line(Terminal terminal, FormattableString text) => terminal.Output.Write(text.ToString(CultureInfo.InvariantCulture) + "\n");
}
