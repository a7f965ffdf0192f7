using Preble.Core.Placement;
using Preble.Core.Simulation;
using Preble.Core.Workloads;
using Xunit.Abstractions;
using static Preble.Core.Tests.Simulation.Scenario;

namespace Preble.Core.Tests.Simulation;

/// <summary>Gates on what the default policy does where key-value memory is what is short: each stands for a cluster that once got into a state and stayed there.</summary>
public sealed class MemoryGateTests(ITestOutputHelper output)
{
    /// <summary>
    /// A slow worker's memory thrashes, and prompts wait for what is evicted under them: it must not look idle because they were placed when all of it was
    /// cached. Once 1.2 times E2's mean; seen when this was written: 0.8.
    /// </summary>
    [Fact]
    public void AWorkerWhoseMemoryThrashesIsNotTakenForIdle()
    {
        Hardware[] workers = [Fast, Slow, Fast, Slow];
        Workload workload = WorkloadCatalog.Create(
            "documents-at-capacity", new WorkloadOptions { Rate = 6.09, Seed = 205, KvTokens = workers.Sum(worker => (long)worker.KvTokens) });
        double ratio = Mean(workload, workers, MarginalCostPolicy.PolicyName) / Mean(workload, workers, E2Policy.PolicyName);
        output.WriteLine($"{ratio:F3} of E2");
        ratio.Should().BeLessThan(1);
    }

    /// <summary>
    /// A worker that was promised more long documents than it holds while all were cold computes them again and again, and its queue stays. Once 1.4 and
    /// 1.2 times the best rule's mean; seen of late: 0.96 and 0.93.
    /// </summary>
    [Theory]
    [InlineData(412, 14.90, "llm-d")]
    [InlineData(411, 12.96, "sglang-cache-aware")]
    public void NoWorkerIsPromisedMoreDocumentsThanItHoldsWhileOthersHaveRoom(int seed, double rate, string rival)
    {
        Hardware[] workers = [Fast, Fast, Fast, Fast];
        Workload workload = WorkloadCatalog.Create("documents-at-capacity", new WorkloadOptions
        {
            Rate = rate,
            Seed = seed,
            KvTokens = workers.Sum(worker => (long)worker.KvTokens),
        });
        double ratio = Mean(workload, workers, MarginalCostPolicy.PolicyName) / Mean(workload, workers, rival);
        output.WriteLine($"{ratio:F3} of {rival}");
        ratio.Should().BeLessThan(1.1);
    }

    /// <summary>Two prompts fill a worker's memory, unless they share most of it: siblings stay together. Once 1.2 times E2's mean; seen when this was written: 1.09.</summary>
    [Fact]
    public void WhereMemoryIsWhatIsWaitedForSiblingsStayTogether()
    {
        Hardware[] workers = [.. Enumerable.Repeat(HardwareCatalog.OfRates("small", Fast.Rates, 20_000), 5)];
        Workload workload = WorkloadCatalog.Create("shared-prefix", new WorkloadOptions { Rate = 1.06, Requests = 500, Seed = 0, Workers = 5, KvTokens = 100_000 });
        double ratio = Mean(workload, workers, MarginalCostPolicy.PolicyName) / Mean(workload, workers, E2Policy.PolicyName);
        output.WriteLine($"{ratio:F3} of E2");
        ratio.Should().BeLessThan(1.15);
    }

    /// <summary>
    /// Programs in memories of a dozen of them, beyond their rate: a worker full of long ones must not get more of them, or it does not get out of it while others
    /// have room. Seen: 0.97 and 0.94; 1.61 and 1.46 when nobody looked at how long the first in line had waited.
    /// </summary>
    [Theory]
    [InlineData(601)]
    [InlineData(607)]
    public void NoWorkerStaysFullOfLongPromptsWhileOthersHaveRoom(int seed)
    {
        Hardware[] workers = [.. new[] { Fast, Slow, Fast, Slow }.Select(worker => worker with { KvTokens = 60_000 })];
        double rate = 1.2 * WorkloadCatalog.DefaultRate("programming", workers);
        Workload workload = WorkloadCatalog.Create("programming", new WorkloadOptions { Rate = rate, Seed = seed, Workers = 4, KvTokens = 240_000 });
        double ratio = Mean(workload, workers, MarginalCostPolicy.PolicyName) / Mean(workload, workers, "sglang-cache-aware");
        output.WriteLine($"{ratio:F3} of sglang-cache-aware");
        ratio.Should().BeLessThan(1.1);
    }
}
