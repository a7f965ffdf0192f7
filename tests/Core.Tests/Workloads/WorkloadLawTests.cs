using Preble.Core.Workloads;

namespace Preble.Core.Tests.Workloads;

/// <summary>What must hold of every generated workload.</summary>
public sealed class WorkloadLawTests
{
    public static TheoryData<string> Names => new(WorkloadCatalog.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryWorkloadIsWellFormedWhateverItsSize(string name)
    {
        foreach (int requests in new[] { 1, 2, 3, 47, 1000 })
        {
            foreach ((int workers, double rate) in new[] { (1, 0.001), (3, 7.5), (4, 1e9), (1024, 300) })
            {
                Workload workload = WorkloadCatalog.Create(name, new WorkloadOptions { Rate = rate, Requests = requests, Workers = workers, Seed = requests + workers });

                workload.Name.Should().Be(name);
                workload.Rate.Should().Be(rate);
                workload.Requests.Should().HaveCount(requests);
                workload.Requests[0].Arrival.Should().Be(TimeSpan.Zero);
                CheckRequests(workload.Requests);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AnotherRateChangesTheTimesInProportionAndNothingElse(string name)
    {
        WorkloadOptions options = new() { Rate = 1, Requests = 500, Seed = 5 };
        Workload slow = WorkloadCatalog.Create(name, options);
        Workload fast = WorkloadCatalog.Create(name, options with { Rate = 8 });

        for (int i = 0; i < slow.Requests.Count; i++)
        {
            (WorkloadRequest one, WorkloadRequest other) = (slow.Requests[i], fast.Requests[i]);
            one.Prompt.ToArray().Should().Equal(other.Prompt.ToArray());
            one.Output.Should().Be(other.Output);
            one.After.Should().Be(other.After);
            one.Arrival.TotalSeconds.Should().BeApproximately(other.Arrival.TotalSeconds * 8, 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AnotherSeedIsAnotherWorkload(string name)
    {
        IEnumerable<ulong> ContentsOf(int seed) => WorkloadCatalog.Create(name, new WorkloadOptions { Rate = 1, Requests = 200, Seed = seed }).Requests
            .SelectMany(request => request.Prompt.ToArray().Append(request.Output)).Select(segment => segment.Content);

        ContentsOf(-1).Should().NotIntersectWith(ContentsOf(int.MaxValue));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void RequestsComeAtTheRateAndAllButTheMixAsAPoissonProcess(string name)
    {
        Workload workload = WorkloadCatalog.Create(name, new WorkloadOptions { Rate = 20, Requests = 20_000, Seed = 7 });
        WorkloadStatistics statistics = WorkloadStatistics.Of(workload);

        statistics.Gap.Mean.Should().BeApproximately(0.05, 0.05 * 0.03);
        switch (name)
        {
            case "azure-mixed":
                statistics.GapVariation.Should().BeGreaterThan(1.3, "the code service's requests come in bursts");
                break;
            case "hot-burst":
                statistics.GapVariation.Should().BeGreaterThan(1.03, "a burst is faster");
                break;
            default:
                statistics.GapVariation.Should().BeApproximately(1, 0.03);
                statistics.Gap.P50.Should().BeApproximately(0.05 * Math.Log(2), 0.002);
                statistics.Gap.P99.Should().BeApproximately(0.05 * Math.Log(100), 0.015);
                break;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AHundredThousandRequestsAreDrawn(string name)
    {
        Workload workload = WorkloadCatalog.Create(name, new WorkloadOptions { Rate = 1e6, Requests = 100_000, Workers = 16 });
        workload.Requests.Should().HaveCount(100_000);
        workload.Requests[^1].Index.Should().Be(99_999);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheDefaultNumberGrowsWithTheWorkersUpToTheMostThereMayBe(string name)
    {
        int Default(int workers) => WorkloadCatalog.DefaultRequests(name, new WorkloadOptions { Rate = 1, Workers = workers });

        Default(1).Should().BeGreaterThan(50);
        ((double)Default(8) / Default(4)).Should().BeApproximately(2, 0.02);
        Default(WorkloadOptions.WorkersMax).Should().BeInRange(Default(8), WorkloadOptions.RequestsMax);
        WorkloadCatalog.Create(name, new WorkloadOptions { Rate = 1 }).Requests.Should().HaveCount(Default(4), "four workers are the default");
    }

    private static void CheckRequests(IReadOnlyList<WorkloadRequest> requests)
    {
        var outputs = new HashSet<ulong>();
        for (int i = 0; i < requests.Count; i++)
        {
            WorkloadRequest request = requests[i];
            bool fine = request.Index == i
                && (i == 0 || request.Arrival >= requests[i - 1].Arrival)
                && request.Prompt.Length > 0
                && Array.TrueForAll(request.Prompt.ToArray(), segment => segment.Tokens >= 1)
                && request.Output.Tokens >= 1
                && outputs.Add(request.Output.Content)
                && request.PromptTokens + request.Output.Tokens < 50_000
                && request.After >= -1 && request.After < i
                && (request.After < 0 || Continues(request, requests[request.After]));
            fine.Should().BeTrue("request {0} is {1}", i, request);
        }
    }

    /// <summary>Whether a prompt is the prompt of the turn before, its answer, and something more.</summary>
    private static bool Continues(WorkloadRequest turn, WorkloadRequest before)
    {
        ReadOnlySpan<PromptSegment> prompt = turn.Prompt.Span;
        int said = before.Prompt.Length;
        return prompt.Length > said + 1 && prompt[..said].SequenceEqual(before.Prompt.Span) && prompt[said] == before.Output;
    }
}
