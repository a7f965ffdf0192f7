using System.Globalization;
using Preble.Fault.Tests.World;
using Preble.Grains.Interfaces;
using Xunit.Abstractions;

namespace Preble.Fault.Tests;

public sealed class FaultTests(ITestOutputHelper output)
{
    private const int FailuresMax = 5;

    [Fact]
    public void WhateverGoesWrongEveryRequestEndsOnceAndNothingLeaks()
    {
        int first = Setting("PREBLE_FAULT_SEED", 1);
        int count = Setting("PREBLE_FAULT_SEEDS", 1000);
        var outcomes = new Dictionary<Outcome, int>();
        var failures = new List<string>();
        for (int seed = first; seed < first + count && failures.Count < FailuresMax; seed++)
        {
            try
            {
                foreach (Outcome outcome in new Simulation(seed).Run().Outcomes)
                {
                    outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
                }
            }
            catch (SimulationException exception)
            {
                failures.Add(exception.Message);
            }
        }

        output.WriteLine(string.Join(", ", outcomes.Select(pair => $"{pair.Key}: {pair.Value}")));
        failures.Should().BeEmpty();
    }

    [Fact]
    public void ARunCanBeHadAgain()
    {
        const int Seed = 7;
        ulong[] traces = [.. Enumerable.Range(0, 10).Select(_ => new Simulation(Seed).Run().TraceHash)];

        traces.Distinct().Should().ContainSingle();
        new Simulation(Seed + 1).Run().TraceHash.Should().NotBe(traces[0]);
    }

    [Fact]
    public void AFailureNamesItsSeedAndComesAgain()
    {
        string failure = FailureOf(seed: 3);

        failure.Should().StartWith("Seed 3: the tree sees 0 pages").And.Contain("PREBLE_FAULT_SEED=3");
        FailureOf(seed: 3).Should().Be(failure);
    }

    /// <summary>Of a run in which the tree is made to believe that it knows the last word of a worker, which is wrong.</summary>
    private static string FailureOf(int seed)
    {
        var simulation = new Simulation(seed);
        simulation.Clock.After(simulation.Sizes.Length + TimeSpan.FromMinutes(1), () => simulation.Thread.Start(() =>
        {
            IPrefixTreeGrain tree = simulation.Network.Direct!.GetGrain<IPrefixTreeGrain>(SimulatedModel.Name);
            WorkerRegistration worker = simulation.Machines[0].Worker!.Feed.Announcement.Registration;
            return tree.ReplaceAsync(new CacheDump { WorkerId = worker.WorkerId, Epoch = worker.Epoch, Sequence = long.MaxValue, Paths = [] });
        }));
        return FluentActions.Invoking(simulation.Run).Should().Throw<SimulationException>().Which.Message;
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
}
