using System.Text.Json;

namespace Preble.Cli.Tests.Commands;

public sealed class BenchSchedulerTests
{
    [Theory]
    [InlineData("", "toolbench", 4)]
    [InlineData("--policy e2 --workers 16", "toolbench", 16)]
    [InlineData("--workload loogle --workers 2", "loogle", 2)]
    [InlineData("--workload embodied --policy round-robin", "embodied", 4)]
    public async Task TheJsonHasTheFieldsThatArePromised(string options, string workload, int workers)
    {
        using var folder = new TemporaryFolder();
        Preble run = await Preble.RunLineAsync($"bench scheduler --pages 20000 --decisions 500 --json {folder.File("b.json")} {options}");

        run.Code.Should().Be(0, run.Errors);
        JsonElement root = JsonDocument.Parse(File.ReadAllText(folder.File("b.json"))).RootElement;
        root.EnumerateObject().Select(field => field.Name).Take(7).Should().Equal(
            "decisions_per_second", "p50_us", "p99_us", "pages", "workers", "prompt_tokens_mean", "allocated_bytes_per_decision");
        root.GetProperty("decisions_per_second").GetDouble().Should().BeGreaterThan(0);
        root.GetProperty("p99_us").GetDouble().Should().BeGreaterThanOrEqualTo(root.GetProperty("p50_us").GetDouble());
        root.GetProperty("pages").GetInt32().Should().BeInRange(18_000, 20_000, "the tree is full and stays within its bound");
        root.GetProperty("workers").GetInt32().Should().Be(workers);
        root.GetProperty("workload").GetString().Should().Be(workload);
        root.GetProperty("prompt_tokens_mean").GetDouble().Should().BeGreaterThan(500);
        root.GetProperty("allocated_bytes_per_decision").GetDouble().Should().BeLessThan(64, "a decision allocates nothing in steady state");
        root.GetProperty("hit_ratio").GetDouble().Should().BeInRange(0.05, 1, "prompts of the workload share beginnings");
        run.Output.Should().Contain("decisions/s");
    }

    [Theory]
    [InlineData("loogle", 2045)]
    [InlineData("videoqa", 1879)]
    public async Task ATreeThatHoldsTheLongestPromptIsLargeEnough(string workload, int pages)
    {
        string line = $"bench scheduler --workload {workload} --decisions 100 --pages";
        UsageTests.Check(await Preble.RunLineAsync($"{line} {pages - 1}"), $"--pages {pages - 1} is less than the longest prompt", "or more");

        using var folder = new TemporaryFolder();
        Preble run = await Preble.RunLineAsync($"{line} {pages} --json {folder.File("b.json")}");
        run.Code.Should().Be(0, run.Errors);
        JsonDocument.Parse(File.ReadAllText(folder.File("b.json"))).RootElement.GetProperty("pages").GetInt32().Should().BePositive();
    }
}
