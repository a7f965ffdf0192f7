using Preble.Core.Placement;
using Preble.Core.Simulation;
using Preble.Core.Workloads;
using static Preble.Core.Tests.Simulation.Scenario;

namespace Preble.Core.Tests.Simulation;

public sealed class SimulationTests
{
    public static TheoryData<string> Policies => new(PlacementPolicies.Names);

    [Theory]
    [MemberData(nameof(Policies))]
    public void EveryRequestEndsOnceAndTheSameRunGivesTheSameBits(string policy)
    {
        Workload workload = Mixed(seed: 3, count: 300, rate: 60);
        SimulationOptions options = Options(3, policy) with { OneWaySeconds = 0.002 };

        SimulationResult first = Run(workload, options);
        SimulationResult second = Run(workload, options);

        first.Completed.Should().Be(300);
        first.Rejected.Should().Be(0);
        first.Records.Should().Equal(second.Records);
        first.Workers.Should().Equal(second.Workers);
        first.Records.Should().OnlyContain(record => record.FirstToken > record.Sent && record.Ended >= record.FirstToken && record.Attempts == 1);
        first.Records.Select(record => record.OutputTokens).Should().Equal(workload.Requests.Select(request => request.Output.Tokens));
        first.Workers.Sum(worker => worker.OutputTokens).Should().Be(workload.Requests.Sum(request => request.Output.Tokens));
    }

    [Fact]
    public void ALoneRequestTakesTheTimeOfItsChunksAndItsDecodes()
    {
        Workload workload = Of(Request(0, 1, output: 3, after: -1, new PromptSegment(1, 5000)));

        RequestRecord record = Run(workload, Options(2) with { ChunkTokens = 2048 }).Records[0];

        // Steps of 2,048, 2,048 and 904 tokens; the last gives the first token, two more decodes follow.
        WorkerRates rates = Fast.Rates;
        double ttft = (3 * rates.T0) + rates.PrefillSeconds(5000, 0);
        double decodes = rates.DecodeStepSeconds(1, 5001) + rates.DecodeStepSeconds(1, 5002);
        record.TtftSeconds.Should().BeApproximately(ttft, 1e-6);
        record.LatencySeconds.Should().BeApproximately(ttft + decodes, 1e-6);
        record.TpotSeconds.Should().BeApproximately(decodes / 2, 1e-6);
    }

    [Fact]
    public void AWholePromptIsComputedInOneStep()
    {
        Workload workload = Of(Request(0, 0, output: 1, after: -1, new PromptSegment(1, 30_000)));

        RequestRecord record = Run(workload, Options(1) with { ChunkTokens = 0 }).Records[0];

        record.LatencySeconds.Should().BeApproximately(Fast.Rates.T0 + Fast.Rates.PrefillSeconds(30_000, 0), 1e-6);
    }

    [Fact]
    public void ATurnFindsThePromptAndTheAnswerBeforeItAndComesAfterIt()
    {
        WorkloadRequest first = Request(0, 0, output: 33, after: -1, new PromptSegment(1, 1000));
        WorkloadRequest second = Request(1, 0, output: 5, after: 0, new PromptSegment(1, 1000), first.Output, new PromptSegment(2, 100));

        SimulationResult result = Run(Of(first, second), Options(4));

        result.Records[1].Sent.Should().Be(result.Records[0].Ended);
        result.Records[1].CachedTokens.Should().Be(1024, "1,032 tokens were computed, as the last of the answer is never fed back: 64 whole pages");
        result.Records[1].Worker.Should().Be(result.Records[0].Worker);
    }

    [Fact]
    public void TheNetworkDelaysWhatTheClientSees()
    {
        Workload workload = Of(Request(0, 0, output: 4, after: -1, new PromptSegment(1, 100)));

        RequestRecord near = Run(workload, Options(1)).Records[0];
        RequestRecord far = Run(workload, Options(1) with { OneWaySeconds = 0.05 }).Records[0];

        far.TtftSeconds.Should().BeApproximately(near.TtftSeconds + 0.1, 1e-6);
        far.LatencySeconds.Should().BeApproximately(near.LatencySeconds + 0.1, 1e-6);
    }

    [Fact]
    public void OneWorkerWithRoomForAllHitsWhatAnInfiniteCacheWould()
    {
        Workload workload = Of([.. Enumerable.Range(0, 50).Select(i =>
            Request(i, i, output: 2, after: -1, new PromptSegment(1, 160), new PromptSegment(10 + ((ulong)i % 5), 320), new PromptSegment(100 + (ulong)i, 64)))]);

        SimulationResult result = Run(workload, Options(1));

        // The first prompt misses all, four more miss their own part, all miss their question.
        result.HitRatio.Should().BeApproximately(((50 * 480) - 160 - (5 * 320)) / (50.0 * 544), 1e-9);
        result.LoadImbalance.Should().Be(1);
    }

    [Fact]
    public void FullQueuesRejectAndNothingElseIsLost()
    {
        Workload workload = Of([.. Enumerable.Range(0, 40).Select(i => Request(i, 0.001 * i, output: 20, after: -1, new PromptSegment((ulong)i + 1, 900)))]);

        SimulationResult result = Run(workload, Options(2) with { WaitingMax = 3, RunningMax = 2 });

        result.Rejected.Should().BePositive();
        (result.Completed + result.Rejected).Should().Be(40);
        result.Records.Where(record => record.Outcome == RequestOutcome.Rejected).Should().OnlyContain(record => record.Worker == -1);
    }

    [Fact]
    public void APromptThatNoMemoryHoldsIsRejected()
    {
        Workload workload = Of(
            Request(0, 0, output: 2, after: -1, new PromptSegment(1, 200_000)), Request(1, 0, output: 2, after: -1, new PromptSegment(2, 500_000)));

        SimulationResult result = Run(workload, Options(1));

        result.Records.Select(record => record.Outcome).Should().Equal(RequestOutcome.Completed, RequestOutcome.Rejected);
    }

    [Fact]
    public void SamplesShowEveryWorkerAtEveryMoment()
    {
        SimulationResult result = Run(Mixed(seed: 1, count: 60, rate: 30), Options(2) with { SampleSeconds = 0.1 });

        result.Samples.Should().HaveCountGreaterThan(20);
        result.Samples.Select(sample => sample.Worker).Take(4).Should().Equal(0, 1, 0, 1);
        result.Samples.Max(sample => sample.Running).Should().BePositive();
    }

    [Fact]
    public void AnyRequestCanBeExplained()
    {
        var simulation = new Simulator(Mixed(seed: 1, count: 30, rate: 30), Options(3));
        while (simulation.Step())
        {
        }

        DecisionRecord decision = simulation.Explain(7)!;
        decision.Candidates.Should().HaveCount(3);
        decision.Worker.Value.Should().Be("worker-" + simulation.Result().Records[7].Worker);
        decision.Actual!.Value.OutputTokens.Should().Be(simulation.Result().Records[7].OutputTokens);
        simulation.Explain(30).Should().BeNull();
    }

    [Fact]
    public void ImpossibleOptionsAreRefused()
    {
        Workload workload = Mixed(seed: 1, count: 3, rate: 30);
        ((Action)(() => _ = new Simulator(workload, Options(0)))).Should().Throw<ArgumentException>();
        ((Action)(() => _ = new Simulator(workload, Options(1, "fastest")))).Should().Throw<ArgumentException>().WithMessage("*fastest*marginal-cost*");
        ((Action)(() => _ = new Simulator(workload, Options(1) with { QueueOrder = "lifo" }))).Should().Throw<ArgumentException>().WithMessage("*lifo*fcfs*");
        SimulationFaults nobody = new() { Losses = [new WorkerChange(1, TimeSpan.Zero)] };
        ((Action)(() => _ = new Simulator(workload, Options(1) with { Faults = nobody }))).Should().Throw<ArgumentException>();
    }
}
