using System.Globalization;
using System.Text;
using Preble.Cli.Runs;
using Preble.Core.Simulation;

namespace Preble.Cli.Reports;

/// <summary>A report of an experiment: one HTML page that loads nothing. The same experiment gives the same bytes.</summary>
internal static class HtmlReport
{
    /// <summary>Workers up to which each has its own line; more are drawn as the mean and the range.</summary>
    private const int WorkerLinesMax = 8;

    /// <summary>A chart of load whose most is so many times less than the most of all has a scale of its own.</summary>
    private const double OwnScaleFrom = 4;

    /// <summary>Requests answered for each that came, below which a policy does not keep up: less than what bursts leave over in a run of some hundred.</summary>
    private const double KeepsUpFrom = 0.8;

    private const string LoadLabel = "requests, running and waiting";

    public static string Of(Experiment experiment)
    {
        LoadPoint last = experiment.Points[^1];
        string name = last.Workload.Name;
        bool sweeps = experiment.Points.Count > 1;
        string title = sweeps ? $"{name} at {experiment.Points.Count} rates" : $"{name} at {ResultTable.Rate(last.Workload.Rate)} requests/s";
        string at = sweeps ? $" at {ResultTable.Rate(last.Workload.Rate)} requests/s" : "";
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
        page.Append($"<title>Preble: {Chart.Escape(title)}</title>\n<style>\n{ReportStyle.Css}\n{ReportStyle.Highlights(experiment.Policies.Count)}</style></head><body><main>\n");
        page.Append($"<header><h1>{Chart.Escape(title)}</h1><p class=\"claim\">{Chart.Escape(Claim(last) + at)}</p>");
        page.Append(Warning(last, at) is { Length: > 0 } warning ? $"<p>{Chart.Escape(warning)}</p>" : "").Append($"<p>{Chart.Escape(ExperimentText.Head(experiment))}</p>");
        page.Append($"<p><code>{Chart.Escape(experiment.Command)}</code></p></header>\n");

        page.Append("<section class=\"policies\"><h2>Latency</h2>\n");
        Legend(page, experiment.Policies);
        page.Append("<div class=\"charts\">\n");
        Latency(page, experiment);
        page.Append($"</div>\n<h2>Distribution{Chart.Escape(at)}</h2>\n<div class=\"charts\">\n");
        Distribution(page, "Latency", last, record => record.LatencySeconds);
        Distribution(page, "Time to first token", last, record => record.TtftSeconds);
        page.Append("</div></section>\n");

        Workers(page, last, at);
        page.Append("<section><h2>All numbers</h2>\n");
        Numbers(page, experiment);
        page.Append("</section>\n<footer>Simulated in virtual time with Preble's own schedulers and caches; only the forward pass is a timing model. ");
        page.Append("Latency is from sending a request to its last token, TTFT to its first, both over completed requests.</footer>\n</main></body></html>\n");
        return page.ToString();
    }

    /// <summary>What the first look should tell.</summary>
    private static string Claim(LoadPoint point)
    {
        SimulationResult[] ranked = [.. point.Results.Where(result => result.Completed > 0).OrderBy(result => result.Latency.Mean)];
        if (ranked.Length == 0)
        {
            return "No request was completed";
        }

        IEnumerable<string> others = ranked.Skip(1).Take(3).Select(other => string.Create(
            CultureInfo.InvariantCulture,
            $"{ResultTable.Seconds(other.Latency.Mean)} s with {other.Policy} ({other.Latency.Mean / ranked[0].Latency.Mean:F2} times as long)"));
        return $"Mean latency: {string.Join(", ", others.Prepend($"{ResultTable.Seconds(ranked[0].Latency.Mean)} s with {ranked[0].Policy}"))}";
    }

    /// <summary>With which policies what is under way only grew, so that their times tell the length of the run; empty if with none.</summary>
    private static string Warning(LoadPoint point, string at)
    {
        string[] behind = [.. point.Results.Select(result => (result.Policy, Share: Curves.AnsweredShare(result))).Where(one => one.Share < KeepsUpFrom)
            .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Share:P0} with {one.Policy}"))];
        return behind.Length == 0 ? "" : $"Load{at} grew until the last request was sent: in the later half of that time there were answered, of as many as came, "
            + $"{string.Join(", ", behind)}. Either the workers are saturated or the run is too short to tell; its times depend on how many requests it has.";
    }

    private static void Legend(StringBuilder page, IReadOnlyList<string> names)
    {
        page.Append("<ul class=\"legend\">");
        for (int i = 0; i < names.Count; i++)
        {
            page.Append($"<li class=\"{Chart.Classes(i)}\"><i></i>{Chart.Escape(names[i])}</li>");
        }

        page.Append("</ul>\n");
    }

    private static void Latency(StringBuilder page, Experiment experiment)
    {
        (string Title, string Unit, Func<SimulationResult, double> Value, bool Share)[] measures =
        [
            ("Mean latency", "seconds", result => result.Latency.Mean, false),
            ("99th percentile of latency", "seconds", result => result.Latency.P99, false),
            ("Mean time to first token", "seconds", result => result.Ttft.Mean, false),
            ("99th percentile of time to first token", "seconds", result => result.Ttft.P99, false),
            ("Hit ratio", "share of prompt tokens found cached", result => result.HitRatio, true),
        ];
        if (experiment.Points.Count > 1)
        {
            Axis rates = Axis.Of("requests per second", experiment.Points.Select(point => point.Workload.Rate), linear: true);
            foreach ((string title, string unit, Func<SimulationResult, double> value, bool share) in measures)
            {
                Series[] lines = [.. experiment.Policies.Select((policy, i) =>
                    new Series(policy, i, [.. experiment.Points.Select(point => (point.Workload.Rate, value(point.Results[i])))]))];
                Axis axis = share ? Axis.Shares(unit) : Axis.Of(unit, lines.SelectMany(line => line.Points.Select(at => at.Y)));
                page.Append(Chart.Lines(title + (share ? "" : " against load"), rates, axis, lines));
            }

            return;
        }

        IReadOnlyList<SimulationResult> results = experiment.Points[0].Results;
        Series[] loads = [.. results.Select((result, i) => new Series(result.Policy, i, Curves.LatencyAgainstLoad(result)))];
        page.Append(Chart.Lines(
            "Latency against load",
            Axis.Of("other requests under way when a request was sent", loads.SelectMany(line => line.Points.Select(at => at.X))),
            Axis.Of("mean latency, seconds", loads.SelectMany(line => line.Points.Select(at => at.Y))),
            loads,
            Warning(experiment.Points[0], "").Length == 0 ? "A policy that keeps up meets little load."
                : "Where load only grew (see above), what is further right was sent later."));
        foreach ((string title, string unit, Func<SimulationResult, double> value, bool share) in measures)
        {
            (string, int, double Value)[] bars = [.. results.Select((result, i) => (result.Policy, i, value(result))).OrderBy(bar => share ? -bar.Item3 : bar.Item3)];
            page.Append(Chart.Bars(title, share ? Axis.Shares(unit) : Axis.Of(unit, bars.Select(bar => bar.Value), linear: true), bars));
        }
    }

    private static void Distribution(StringBuilder page, string what, LoadPoint point, Func<RequestRecord, double> seconds)
    {
        Series[] lines = [.. point.Results.Select((result, i) => new Series(result.Policy, i, Curves.Distribution(result, seconds)))];
        Axis time = Axis.Of("seconds", lines.SelectMany(line => line.Points.Select(at => at.X)));
        page.Append(Chart.Lines($"{what}: distribution", time, Axis.Shares("share of requests that took no longer"), lines));
    }

    private static void Workers(StringBuilder page, LoadPoint point, string at)
    {
        IReadOnlyList<IReadOnlyList<(double X, double Y)>>[] loads = [.. point.Results.Select(Curves.LoadOverTime)];
        if (!loads.Any(load => load.Any(worker => worker.Count > 0)))
        {
            return;
        }

        int workers = point.Results[0].Workers.Count;
        page.Append($"<section><h2>Load of each worker over time{Chart.Escape(at)}</h2>\n");
        if (workers <= WorkerLinesMax)
        {
            Legend(page, [.. point.Results[0].Workers.Select((worker, i) => $"worker {i} ({worker.Hardware})")]);
        }

        page.Append("<div class=\"charts\">\n");
        double mostOfAll = loads.Max(Most);
        Axis shared = Axis.Of(LoadLabel, [mostOfAll], linear: true);
        for (int i = 0; i < loads.Length; i++)
        {
            // What is far below the worst keeps a scale of its own, or nothing would be seen of it.
            double most = Most(loads[i]);
            bool own = most < mostOfAll / OwnScaleFrom;
            Axis time = Axis.Of("seconds since the start", loads[i].SelectMany(worker => worker.Select(sample => sample.X)), linear: true);
            Axis requests = own ? Axis.Of(LoadLabel, [most], linear: true) : shared;
            string note = own ? "Less load than elsewhere: a scale of its own." : "";
            page.Append(workers <= WorkerLinesMax
                ? Chart.Lines(point.Results[i].Policy, time, requests, [.. loads[i].Select((worker, w) => new Series($"worker {w}", w, worker))], note)
                : Range(point.Results[i].Policy, time, requests, loads[i], note));
        }

        page.Append("</div></section>\n");

        static double Most(IReadOnlyList<IReadOnlyList<(double X, double Y)>> load) => load.Max(worker => worker.Count == 0 ? 0 : worker.Max(sample => sample.Y));
    }

    private static string Range(string policy, Axis time, Axis requests, IReadOnlyList<IReadOnlyList<(double X, double Y)>> workers, string note)
    {
        int times = workers.Min(worker => worker.Count);
        (double X, double Least, double Most, double Mean)[] all = [.. Enumerable.Range(0, times).Select(t =>
            (workers[0][t].X, workers.Min(worker => worker[t].Y), workers.Max(worker => worker[t].Y), workers.Average(worker => worker[t].Y)))];
        return Chart.Lines(
            policy,
            time,
            requests,
            [new Series("mean of all workers", 0, [.. all.Select(at => (at.X, at.Mean))])],
            [(0, [.. all.Select(at => (at.X, at.Least, at.Most))])],
            string.Create(CultureInfo.InvariantCulture, $"Mean, least and most of {workers.Count:N0} workers. {note}").TrimEnd());
    }

    private static void Numbers(StringBuilder page, Experiment experiment)
    {
        bool rates = experiment.Points.Count > 1;
        page.Append("<div class=\"scroll\"><table><thead><tr>");
        page.Append(rates ? "<th>requests/s</th>" : "").Append("<th class=\"text\">policy</th>");
        page.Append(string.Concat(ResultTable.Columns.Select(column => $"<th>{Chart.Escape(column.Name)}</th>"))).Append("</tr></thead><tbody>\n");
        foreach (LoadPoint point in experiment.Points)
        {
            SimulationResult? best = point.Results.Where(result => result.Completed > 0).MinBy(result => result.Latency.Mean);
            foreach (SimulationResult result in point.Results)
            {
                string mark = result == best ? "best" : "";
                page.Append(rates ? $"<tr><td>{ResultTable.Rate(point.Workload.Rate)}</td>" : "<tr>").Append($"<td class=\"text {mark}\">{Chart.Escape(result.Policy)}</td>");
                page.Append(string.Concat(ResultTable.Columns.Select(column => $"<td>{Chart.Escape(column.Value(result))}</td>"))).Append("</tr>\n");
            }
        }

        page.Append("</tbody></table></div>\n");
    }
}
