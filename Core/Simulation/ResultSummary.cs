namespace Preble.Core.Simulation;

/// <summary>Adds up what was recorded.</summary>
internal static class ResultSummary
{
    public static SimulationResult Of(string policy, ReadOnlySpan<RequestRecord> recorded, SimulatedWorker[] workers, List<LoadSample> samples)
    {
        RequestRecord[] records = recorded.ToArray();
        RequestRecord[] completed = [.. records.Where(record => record.Outcome == RequestOutcome.Completed)];
        double prompts = completed.Sum(record => (double)record.PromptTokens);
        double busy = workers.Sum(worker => worker.BusySeconds);
        return new SimulationResult
        {
            Policy = policy,
            Requests = records.Length,
            Completed = completed.Length,
            Rejected = records.Count(record => record.Outcome == RequestOutcome.Rejected),
            Latency = Distribution.Of([.. completed.Select(record => record.LatencySeconds)]),
            Ttft = Distribution.Of([.. completed.Select(record => record.TtftSeconds)]),
            Tpot = Distribution.Of([.. completed.Where(record => record.OutputTokens > 1).Select(record => record.TpotSeconds)]),
            HitRatio = prompts > 0 ? completed.Sum(record => (double)record.CachedTokens) / prompts : 0,
            MakespanSeconds = completed.Length > 0 ? (completed.Max(record => record.Ended) - completed.Min(record => record.Sent)).TotalSeconds : 0,
            LoadImbalance = busy > 0 ? workers.Max(worker => worker.BusySeconds) * workers.Length / busy : 1,
            Records = records,
            Workers = [.. workers.Select(worker => new WorkerTotals(
                worker.Hardware.Name, worker.Requests, worker.BusySeconds, worker.PrefillTokens, worker.CachedTokens, worker.OutputTokens, worker.Preemptions))],
            Samples = [.. samples],
        };
    }
}
