using Preble.Core.Simulation;
using Preble.Core.Tests.Placement;
using Preble.Core.Workloads;

namespace Preble.Core.Tests.Simulation;

/// <summary>Who asks for reasons changes nothing.</summary>
public sealed class AskingTests
{
    private const int Requests = 300;

    /// <summary>Over a whole run, in which what a reason had changed would show in a later choice.</summary>
    [Theory]
    [MemberData(nameof(Policies.All), MemberType = typeof(Policies))]
    public void ARunIsTheSameWhetherEveryRequestIsAskedAboutOrNone(string policy)
    {
        Hardware[] workers = [Scenario.Fast, Scenario.Slow, Scenario.Fast];
        var options = new SimulationOptions { Workers = workers, Policy = policy };
        Workload workload = WorkloadCatalog.Create("hot-burst", new WorkloadOptions
        {
            Rate = WorkloadCatalog.DefaultRate("hot-burst", workers),
            Requests = Requests,
            Seed = 5,
            Workers = workers.Length,
            KvTokens = workers.Sum(worker => (long)worker.KvTokens),
        });
        int next = 0;
        int told = 0;
        SimulationResult asked = Scenario.Run(workload, options, simulation =>
        {
            while (next < Requests && simulation.Explain(next) is { } decision)
            {
                told += decision.Reason is null ? 0 : 1;
                next++;
            }

            if (next < Requests)
            {
                simulation.Ask(next);
            }
        });

        told.Should().Be(Requests - 1, "all but the first, which is placed before anybody can ask");
        asked.Records.Should().Equal(Scenario.Run(workload, options).Records);
    }
}
