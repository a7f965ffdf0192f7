using Preble.Core.Placement;
using Preble.Core.Simulation;
using Preble.Core.Workloads;
using static Preble.Core.Tests.Simulation.Scenario;

namespace Preble.Core.Tests.Simulation;

/// <summary>What an engine's loop adds to its forward passes.</summary>
public sealed class EngineLoopTests
{
    [Fact]
    public void AnEngineRestsAfterWhatItTellsClientsAndNotAfterTheLastToken()
    {
        Workload workload = Of(Request(0, 0, output: 20, after: -1, new PromptSegment(1, 100)));
        RequestRecord Served(EngineLoop loop) => Run(workload, Options(1) with { Loop = loop }).Records[0];

        RequestRecord plain = Served(new EngineLoop());
        RequestRecord rested = Served(new EngineLoop { PauseSeconds = 0.03, StreamEvery = 8 });

        // The first token, and the 8th and the 16th of 19 decodes.
        rested.TtftSeconds.Should().BeApproximately(plain.TtftSeconds, 1e-6);
        rested.LatencySeconds.Should().BeApproximately(plain.LatencySeconds + (3 * 0.03), 1e-6);
        Served(new EngineLoop { PauseSeconds = 0.03 }).LatencySeconds.Should().BeApproximately(plain.LatencySeconds + (19 * 0.03), 1e-6);
    }

    [Fact]
    public void WhoComesDuringARowOfDecodesWaitsForItsEnd()
    {
        // The first request decodes from about 20 ms on, a step in 10 ms; the second comes after the second of them.
        Workload workload = Of(
            Request(0, 0, output: 40, after: -1, new PromptSegment(1, 100)), Request(1, 0.045, output: 2, after: -1, new PromptSegment(2, 100)));
        double Ttft(EngineLoop loop) => Run(workload, Options(1) with { Loop = loop }).Records[1].TtftSeconds;

        double atOnce = Ttft(new EngineLoop { StreamEvery = 1000 });
        double afterARow = Ttft(new EngineLoop { StreamEvery = 1000, DecodesInRow = 10 });
        double afterAStream = Ttft(new EngineLoop { StreamEvery = 8, DecodesInRow = 10 });

        afterARow.Should().BeInRange(atOnce + 0.06, atOnce + 0.09);
        afterAStream.Should().BeApproximately(afterARow - 0.02, 0.002, "a row ends with what clients are told");
        Ttft(new EngineLoop { StreamEvery = 1, DecodesInRow = 10 }).Should().BeApproximately(atOnce, 1e-6);
    }

    [Fact]
    public void StreamsStallForPromptsThatHaveStepsOfTheirOwn()
    {
        // Prompts of 2,000 tokens come while the first request decodes.
        Workload workload = Of(
            Request(0, 0, output: 40, after: -1, new PromptSegment(1, 100)), Request(1, 0.1, output: 1, after: -1, new PromptSegment(2, 2000)));
        RequestRecord[] Served(EngineLoop loop) => [.. Run(workload, Options(1) with { Loop = loop }).Records];

        RequestRecord[] beside = Served(new EngineLoop());
        RequestRecord[] alone = Served(new EngineLoop { PrefillsAlone = true });

        // Beside the prompt a decode costs nearly nothing; alone it takes a step of its own.
        (alone[0].LatencySeconds - beside[0].LatencySeconds).Should().BeInRange(0.009, 0.011);
        alone[1].TtftSeconds.Should().BeLessThan(beside[1].TtftSeconds);
    }

    [Theory]
    [InlineData("e2")]
    [InlineData("round-robin")]
    public void EveryRequestEndsOnceWhateverTheLoopDoes(string policy)
    {
        Workload workload = Mixed(seed: 5, count: 250, rate: 60);
        var random = new Random(1);
        for (int i = 0; i < 12; i++)
        {
            SimulationOptions options = Options(3, policy) with
            {
                ChunkTokens = random.Next(2) * 256,
                OneWaySeconds = random.Next(2) * 0.002,
                RunningMax = random.Next(1, 40),
                Loop = new EngineLoop
                {
                    PrefillsAlone = random.Next(2) == 0,
                    DecodesInRow = random.Next(1, 12),
                    StreamEvery = random.Next(1, 12),
                    PauseSeconds = random.Next(2) * 0.03,
                },
                Faults = new SimulationFaults { Losses = i % 3 == 0 ? [new WorkerChange(1, TimeSpan.FromSeconds(1.5))] : [] },
            };

            SimulationResult result = Run(workload, options);

            result.Completed.Should().Be(250);
            result.Records.Select(record => record.OutputTokens).Should().Equal(workload.Requests.Select(request => request.Output.Tokens));
            result.Records.Should().Equal(Run(workload, options).Records);
        }
    }

    [Fact]
    public void ImpossibleLoopsAreRefused()
    {
        foreach (EngineLoop loop in (EngineLoop[])[new() { DecodesInRow = 0 }, new() { StreamEvery = 0 }, new() { PauseSeconds = -1 }])
        {
            ((Action)(() => _ = new Simulator(Mixed(seed: 1, count: 3, rate: 30), Options(1, PlacementPolicies.Default) with { Loop = loop }))).Should().Throw<ArgumentException>();
        }
    }
}
