using System.Text.Json;
using Preble.Cli.CommandLine;
using Preble.Core.Simulation;

namespace Preble.Cli.Runs;

/// <summary>Results as JSON. The same experiment gives the same bytes: no time of day, no name of a machine.</summary>
internal static class ResultJson
{
    /// <summary>The object of <c>simulate --json</c>.</summary>
    public static void WriteSimulation(Utf8JsonWriter json, Experiment experiment)
    {
        LoadPoint point = experiment.Points[0];
        json.WriteStartObject();
        WriteHead(json, experiment);
        json.Number("rate", point.Workload.Rate);
        WriteResults(json, point.Results);
        WriteSettings(json, experiment);
        json.WriteEndObject();
    }

    /// <summary>The object of <c>sweep --json</c>: the same, with a list of rates and of results at each.</summary>
    public static void WriteSweep(Utf8JsonWriter json, Experiment experiment)
    {
        json.WriteStartObject();
        WriteHead(json, experiment);
        json.WriteStartArray("rates");
        foreach (LoadPoint point in experiment.Points)
        {
            json.Number(point.Workload.Rate);
        }

        json.WriteEndArray();
        json.WriteStartArray("runs");
        foreach (LoadPoint point in experiment.Points)
        {
            json.WriteStartObject();
            json.Number("rate", point.Workload.Rate);
            WriteResults(json, point.Results);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteSettings(json, experiment);
        json.WriteEndObject();
    }

    /// <summary>A distribution in seconds.</summary>
    public static void WriteSeconds(Utf8JsonWriter json, string name, Distribution of)
    {
        json.WriteStartObject(name);
        json.Number("mean", of.Mean);
        json.Number("p50", of.P50);
        json.Number("p90", of.P90);
        json.Number("p99", of.P99);
        json.Number("max", of.Max);
        json.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter json, Experiment experiment)
    {
        json.WriteString("workload", experiment.Points[0].Workload.Name);
        json.WriteNumber("seed", experiment.Seed);
        json.WriteNumber("workers", experiment.Cluster.Workers.Count);
        json.WriteStartArray("hardware");
        foreach (Hardware kind in experiment.Cluster.Kinds)
        {
            json.WriteStringValue(kind.Name);
        }

        json.WriteEndArray();
    }

    private static void WriteResults(Utf8JsonWriter json, IReadOnlyList<SimulationResult> results)
    {
        json.WriteStartArray("results");
        foreach (SimulationResult result in results)
        {
            json.WriteStartObject();
            json.WriteString("policy", result.Policy);
            json.WriteNumber("requests", result.Requests);
            json.WriteNumber("completed", result.Completed);
            json.WriteNumber("rejected", result.Rejected);
            WriteSeconds(json, "latency_s", result.Latency);
            WriteSeconds(json, "ttft_s", result.Ttft);
            WriteSeconds(json, "tpot_s", result.Tpot);
            json.Number("hit_ratio", result.HitRatio);
            json.Number("makespan_s", result.MakespanSeconds);
            json.Number("load_imbalance", result.LoadImbalance);
            WriteWorkers(json, result.Workers);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteWorkers(Utf8JsonWriter json, IReadOnlyList<WorkerTotals> workers)
    {
        json.WriteStartArray("by_worker");
        foreach (WorkerTotals worker in workers)
        {
            json.WriteStartObject();
            json.WriteString("hardware", worker.Hardware);
            json.WriteNumber("requests", worker.Requests);
            json.Number("busy_s", worker.BusySeconds);
            json.WriteNumber("prefill_tokens", worker.PrefillTokens);
            json.WriteNumber("cached_tokens", worker.CachedTokens);
            json.WriteNumber("output_tokens", worker.OutputTokens);
            json.WriteNumber("preemptions", worker.Preemptions);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSettings(Utf8JsonWriter json, Experiment experiment)
    {
        Cluster cluster = experiment.Cluster;
        SimulationFaults faults = experiment.Faults;
        json.WriteStartObject("settings");
        json.WritePropertyName("trace");
        json.WriteStringValue(experiment.Trace);
        json.WriteStartArray("kv_tokens");
        foreach (Hardware kind in cluster.Kinds)
        {
            json.WriteNumberValue(kind.KvTokens);
        }

        json.WriteEndArray();
        json.WriteString("queue", cluster.Queue);
        json.WriteNumber("chunk_tokens", cluster.ChunkTokens);
        json.WriteNumber("kv_tokens_total", cluster.KvTokens);
        json.WriteNumber("schedulers", faults.Schedulers);
        json.Number("evictions_lost", faults.EvictionsLostShare);
        json.Number("rate_error", faults.RateErrorFactor);
        json.WriteBoolean("calibrates", faults.Calibrates);
        json.WriteStartArray("e2_without");
        foreach (string part in E2Parts.LeftOut(experiment.PolicyOptions))
        {
            json.WriteStringValue(part);
        }

        json.WriteEndArray();
        json.WriteStartArray("losses");
        foreach (WorkerChange loss in faults.Losses)
        {
            json.WriteStartObject();
            json.WriteNumber("worker", loss.Worker);
            json.Number("at_s", loss.At.TotalSeconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
