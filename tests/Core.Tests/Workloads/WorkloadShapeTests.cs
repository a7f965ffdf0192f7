using Preble.Core.Workloads;

namespace Preble.Core.Tests.Workloads;

/// <summary>What each workload is there to show.</summary>
public sealed class WorkloadShapeTests
{
    [Fact]
    public void FavouriteToolsAreUsedByZipfsLaw()
    {
        int[] uses = [.. Draw("toolbench", 40_000).Requests.GroupBy(request => request.Prompt.Span[1].Content).Select(group => group.Count()).OrderDescending()];

        double expected = uses[0] * Math.Pow(2, -1.1);
        ((double)uses[1]).Should().BeApproximately(expected, expected * 0.1);
        ((double)uses[9]).Should().BeApproximately(uses[0] * Math.Pow(10, -1.1), uses[0] * 0.02);
        uses.Length.Should().BeInRange(390, 400, "four workers have 400 tools, and nearly all are used");
    }

    [Fact]
    public void WithoutAnExponentToolsAreUsedAlike()
    {
        Workload workload = WorkloadCatalog.Create("toolbench", new WorkloadOptions { Rate = 1, Requests = 40_000, ToolZipf = 0 });
        int[] uses = [.. workload.Requests.GroupBy(request => request.Prompt.Span[1].Content).Select(group => group.Count())];
        uses.Should().HaveCount(400).And.OnlyContain(count => count > 50 && count < 160);
    }

    [Fact]
    public void ToolPromptsStayWithinTheContextOfThePaper() => Draw("toolbench", 20_000).Requests.Should().OnlyContain(request => request.PromptTokens <= 4300);

    [Fact]
    public void AgentsGoOnTogetherAndEachHasOneEnvironment()
    {
        Workload workload = Draw("embodied", 9600);
        IEnumerable<IGrouping<ulong, WorkloadRequest>> environments = workload.Requests.GroupBy(request => request.Prompt.Span[0].Content);
        environments.Count().Should().BeInRange(190, 210);
        int firsts = workload.Requests.Count(request => request.After < 0);
        firsts.Should().BeInRange(390, 410, "two agents try each environment");
        workload.Requests.Take(2000).Count(request => request.After < 0).Should().BeInRange(300, 400, "most chains go on from the start");
        workload.Requests.Where(request => request.After >= 0).Select(request => request.After).Should().OnlyHaveUniqueItems("a chain does not fork");
    }

    [Fact]
    public void SomeProgramsAreWantedForTheSamePromptAndSomeOfThoseOneAfterAnother()
    {
        Workload workload = Draw("programming", 4000);
        workload.Requests.Select(request => request.Prompt.Span[0]).Distinct().Should().ContainSingle().Which.Tokens.Should().Be(2400);
        workload.Requests.GroupBy(request => string.Join(' ', request.Prompt.ToArray())).Count(group => group.Count() > 5).Should().BeGreaterThan(100);
        double together = workload.Requests.Zip(workload.Requests.Skip(1)).Count(pair => pair.First.Prompt.Span[1] == pair.Second.Prompt.Span[1]);
        (together / 4000).Should().BeApproximately(0.8, 0.05, "four of five answers come after another one to the same problem");
    }

    [Fact]
    public void LongDocumentsLoseTheirMiddleAndWithItWhatTheyShare()
    {
        WorkloadRequest[] requests = [.. Draw("loogle", 864).Requests];
        requests.Should().OnlyContain(request => request.PromptTokens <= 32_768 - 45 && request.Output.Tokens <= 45);
        WorkloadRequest[] cut = [.. requests.Where(request => request.PromptTokens == 32_722)];
        cut.Length.Should().BeInRange(10, 150);
        cut.Select(request => request.Prompt.Span[0].Tokens + request.Prompt.Span[1].Tokens).Should().OnlyContain(shared => shared == 16_361);
    }

    [Fact]
    public void TheMixHasToolsAndVideoInHalvesThatEndTogether()
    {
        Workload workload = Draw("azure-mixed", 4000);
        WorkloadRequest[] tools = [.. workload.Requests.Where(request => request.Prompt.Length == 3)];
        WorkloadRequest[] videos = [.. workload.Requests.Where(request => request.Prompt.Length == 2)];
        tools.Should().HaveCount(2000);
        videos.Should().HaveCount(2000);
        tools[^1].Arrival.Should().BeCloseTo(videos[^1].Arrival, TimeSpan.FromMilliseconds(1)).And.BeCloseTo(TimeSpan.FromSeconds(400), TimeSpan.FromMilliseconds(1));
        tools.Zip(tools.Skip(1)).Max(pair => pair.Second.Arrival - pair.First.Arrival).Should().BeGreaterThan(TimeSpan.FromSeconds(60), "the code service had pauses");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(16)]
    public void ABurstComesAtTwiceTheRateThatOneWorkerTakes(int workers)
    {
        Workload workload = WorkloadCatalog.Create("hot-burst", new WorkloadOptions { Rate = 30, Requests = 24_000, Workers = workers, Seed = 2 });
        IGrouping<PromptSegment, WorkloadRequest>[] bursts = [.. workload.Requests
            .GroupBy(request => request.Prompt.Span[0]).Where(group => group.Key.Tokens == 8000)];

        bursts.Should().HaveCount(6);
        double worker = 30 / 0.75 / workers;
        foreach (IGrouping<PromptSegment, WorkloadRequest> burst in bursts)
        {
            double seconds = (burst.Last().Arrival - burst.First().Arrival).TotalSeconds;
            seconds.Should().BeApproximately(24_000 / 30.0 / 6 / 4, 2, "bursts are on for a quarter of the time");
            (burst.Count() / seconds).Should().BeApproximately(2 * worker, 0.4 * worker);
        }
    }

    [Theory]
    [InlineData(1_600_000, 4, 16_000)]
    [InlineData(600_000, 4, 16_000)]
    [InlineData(80_000, 8, 2500)]
    [InlineData(9_000_000, 2, 16_000)]
    public void DocumentsFillTheMemoryOfTheWorkersTogether(long kvTokens, int workers, double mean)
    {
        Workload workload = WorkloadCatalog.Create("documents-at-capacity", new WorkloadOptions { Rate = 1, KvTokens = kvTokens, Workers = workers });
        PromptSegment[] documents = [.. workload.Requests.Select(request => request.Prompt.Span[0]).Distinct()];

        ((double)documents.Sum(document => (long)document.Tokens)).Should().BeApproximately(kvTokens, kvTokens * 0.02);
        documents.Average(document => document.Tokens).Should().BeApproximately(mean, mean * 0.02);
        documents.Max(document => document.Tokens).Should().BeLessThan((int)(kvTokens / workers), "each fits a worker");
    }

    [Fact]
    public void WithoutSharingNothingIsFound()
    {
        WorkloadStatistics statistics = WorkloadStatistics.Of(Draw("no-sharing", 5000));
        statistics.HitRatio.Should().Be(0);
        statistics.SharedShare.Max.Should().Be(0);
        statistics.KeyPortionShare.Min.Should().Be(1);
        statistics.Prompt.Mean.Should().BeApproximately(1155, 60);
        statistics.Output.Mean.Should().BeApproximately(211, 12);
    }

    [Fact]
    public void EveryPromptOfEveryGroupIsSentBeforeAnyIsSentAgain()
    {
        Workload workload = Draw("shared-prefix", 1500);
        for (int round = 0; round < 2; round++)
        {
            PromptSegment[][] prompts = [.. workload.Requests.Skip(750 * round).Take(750).Select(request => request.Prompt.ToArray())];
            prompts.Select(prompt => prompt[1]).Should().OnlyHaveUniqueItems();
            prompts.GroupBy(prompt => prompt[0]).Should().HaveCount(150).And.OnlyContain(group => group.Count() == 5);
        }

        workload.Requests.Should().OnlyContain(request => request.PromptTokens == 7200 && request.Output.Tokens == 1000);
        workload.Requests.Take(750).Select(request => request.Prompt.Span[1]).Should().NotEqual(workload.Requests.Skip(750).Select(request => request.Prompt.Span[1]));
    }

    private static Workload Draw(string name, int requests) => WorkloadCatalog.Create(name, new WorkloadOptions { Rate = 10, Requests = requests, Seed = 11 });
}
