using Preble.Core.Placement;
using Preble.Core.Serving;
using Preble.Core.Simulation;
using Preble.Core.Workloads;
using static Preble.Core.Tests.Simulation.Scenario;

namespace Preble.Core.Tests.Simulation;

public sealed class SimulationFaultTests
{
    /// <summary>Whatever goes wrong, whenever, in whatever combination: every request ends once with its whole answer, and every part stays consistent.</summary>
    [Fact]
    public void NoCombinationOfFaultsLosesARequestOrBreaksAnInvariant()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            int workers = random.Next(2, 6);
            Workload workload = Mixed(seed, count: 120, rate: random.Next(10, 120));
            WorkerChange[] Changes(int most) => [.. Enumerable.Range(0, random.Next(0, most + 1)).Select(i => new WorkerChange(i + 1, TimeSpan.FromSeconds(random.NextDouble() * 4)))];
            var options = new SimulationOptions
            {
                Workers = [.. Enumerable.Range(0, workers).Select(i => HardwareCatalog.OfRates("any", Fast.Rates, random.Next(2_000, 20_000)))],
                Policy = PlacementPolicies.Names[seed % PlacementPolicies.Names.Count],
                QueueOrder = QueueOrders.Names[random.Next(QueueOrders.Names.Count)],
                ChunkTokens = random.Next(4) * 256,
                RunningMax = random.Next(2, 40),
                OneWaySeconds = random.Next(3) * 0.01,
                ReportSeconds = random.Next(3) * 0.05,
                Seed = seed,
                Faults = new SimulationFaults
                {
                    EvictionsLostShare = random.Next(3) * 0.1,
                    RateErrorFactor = 1 + random.NextDouble(),
                    Schedulers = random.Next(1, 4),
                    Losses = Changes(workers - 1),
                    Joins = random.Next(2) == 0 ? Changes(workers - 1) : [],
                    Drains = random.Next(2) == 0 ? Changes(workers - 1) : [],
                    Calibrates = random.Next(3) > 0,
                },
            };

            int steps = 0;
            SimulationResult result = Run(workload, options, simulation =>
            {
                if (++steps % 97 == 0)
                {
                    simulation.CheckIntegrity();
                }
            });

            result.Rejected.Should().Be(0, "seed {0}: worker 0 stays and has room for each", seed);
            result.Completed.Should().Be(120, "seed {0}", seed);
            result.Records.Select(record => record.OutputTokens).Should().Equal(workload.Requests.Select(request => request.Output.Tokens));
        }
    }

    [Fact]
    public void ALostWorkersRequestsGoOnElsewhereAndTheStreamKeepsItsFirstToken()
    {
        Workload workload = Of([.. Enumerable.Range(0, 20).Select(i => Request(i, 0, output: 200, after: -1, new PromptSegment((ulong)i + 1, 500)))]);
        SimulationOptions options = Options(2) with { Faults = new SimulationFaults { Losses = [new WorkerChange(0, TimeSpan.FromSeconds(1.5))] } };

        SimulationResult result = Run(workload, options);

        result.Completed.Should().Be(20);
        RequestRecord[] moved = [.. result.Records.Where(record => record.Attempts == 2)];
        moved.Should().HaveCount(10);
        moved.Should().OnlyContain(record => record.Worker == 1 && record.FirstToken < TimeSpan.FromSeconds(1.5) && record.Ended > TimeSpan.FromSeconds(1.5));
    }

    [Fact]
    public void AWorkerThatJoinsLaterTakesNothingBeforeThat()
    {
        Workload workload = Mixed(seed: 5, count: 300, rate: 40);
        SimulationOptions options = Options(2) with { Faults = new SimulationFaults { Joins = [new WorkerChange(1, TimeSpan.FromSeconds(3))] } };

        SimulationResult result = Run(workload, options);

        result.Records.Where(record => record.Sent < TimeSpan.FromSeconds(3)).Should().OnlyContain(record => record.Worker == 0);
        result.Workers[1].Requests.Should().BePositive();
    }

    [Fact]
    public void AWorkerThatDrainsTakesNothingAfterThatAndEndsWhatItHas()
    {
        Workload workload = Mixed(seed: 5, count: 300, rate: 40);
        SimulationOptions options = Options(2) with { Faults = new SimulationFaults { Drains = [new WorkerChange(1, TimeSpan.FromSeconds(3))] } };

        SimulationResult result = Run(workload, options);

        result.Completed.Should().Be(300);
        result.Records.Where(record => record.Sent > TimeSpan.FromSeconds(3)).Should().OnlyContain(record => record.Worker == 0);
        result.Records.Should().Contain(record => record.Worker == 1 && record.Ended > TimeSpan.FromSeconds(3)).And.OnlyContain(record => record.Attempts == 1);
    }

    /// <summary>What a scheduler is told of the workers is off by two, each rate up or down by lot.</summary>
    [Fact]
    public void CalibrationMakesUpForMostOfWhatWrongRatesCost()
    {
        double exact = 0, wrong = 0, calibrated = 0;
        for (int seed = 0; seed < 8; seed++)
        {
            Workload workload = Mixed(seed, count: 600, rate: 70);
            double Latency(double factor, bool calibrates) => Run(workload, Options(4) with
            {
                Workers = [Fast, Slow, Fast, Slow],
                Seed = seed,
                Faults = new SimulationFaults { RateErrorFactor = factor, Calibrates = calibrates },
            }).Latency.Mean;
            exact += Latency(1, calibrates: false);
            wrong += Latency(2, calibrates: false);
            calibrated += Latency(2, calibrates: true);
        }

        wrong.Should().BeGreaterThan(1.1 * exact, "the scenario must feel wrong rates");
        (calibrated - exact).Should().BeLessThan(0.3 * (wrong - exact));
    }

    /// <summary>With little to do, a worker that is told too slow would never be tried, and never known.</summary>
    [Theory]
    [InlineData("a100-llama3-8b", 15)]
    [InlineData("h100-llama3-70b", 8)]
    public void CalibrationFindsOutAboutEqualWorkersAlsoWhereOneOfThemWouldDo(string hardware, double rate)
    {
        double exact = 0, wrong = 0, calibrated = 0;
        Hardware[] workers = [.. Enumerable.Repeat(HardwareCatalog.Create(hardware), 4)];
        for (int seed = 0; seed < 6; seed++)
        {
            Workload workload = Mixed(seed, count: 400, rate);
            double Latency(double factor, bool calibrates) => Run(workload, Options(4) with
            {
                Workers = workers,
                Seed = seed,
                Faults = new SimulationFaults { RateErrorFactor = factor, Calibrates = calibrates },
            }).Latency.Mean;
            exact += Latency(1, calibrates: false);
            wrong += Latency(2, calibrates: false);
            calibrated += Latency(2, calibrates: true);
        }

        wrong.Should().BeGreaterThan(1.05 * exact, "the scenario must feel wrong rates");
        calibrated.Should().BeLessThan(1.01 * exact);
    }

    [Fact]
    public void ALossOfAllWorkersRejectsWhatIsLeft()
    {
        Workload workload = Mixed(seed: 5, count: 50, rate: 10);
        SimulationOptions options = Options(1) with { Faults = new SimulationFaults { Losses = [new WorkerChange(0, TimeSpan.FromSeconds(2))] } };

        SimulationResult result = Run(workload, options);

        result.Completed.Should().BeInRange(1, 49);
        (result.Completed + result.Rejected).Should().Be(50);
    }
}
