using System.Text.Json;
using Preble.Core.Workloads;

namespace Preble.Cli.Tests.Commands;

public sealed class WorkloadTests
{
    public static TheoryData<string> Names => new(WorkloadCatalog.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task EveryWorkloadIsShown(string name)
    {
        using var folder = new TemporaryFolder();
        Preble run = await Preble.RunLineAsync($"workload show {name} --requests 300 --json {folder.File("w.json")}");

        run.Code.Should().Be(0, run.Errors);
        run.Output.Should().StartWith($"{name}: 300 requests").And.Contain("| prompt, tokens").And.Contain("| output, tokens");
        JsonElement root = JsonDocument.Parse(File.ReadAllText(folder.File("w.json"))).RootElement;
        root.GetProperty("requests").GetInt32().Should().Be(300);
        root.GetProperty("prompt_tokens").GetProperty("mean").GetDouble().Should().BeGreaterThan(1);
        root.GetProperty("hit_ratio_max").GetDouble().Should().BeInRange(0, 1);
    }

    [Fact]
    public async Task ANameMayBeGivenAsAnOptionToo() =>
        (await Preble.RunLineAsync("workload show --workload toolbench --requests 50")).Output.Should().Be((await Preble.RunLineAsync("workload show toolbench --requests 50")).Output);

    [Fact]
    public async Task ATraceIsShownByTheNameOfItsFile()
    {
        using var folder = new TemporaryFolder();
        string trace = folder.Write("mine.jsonl", """{"timestamp": 0, "input_length": 600, "output_length": 5, "hash_ids": [1, 2]}""" + "\n");
        (await Preble.RunAsync("workload", "show", "--trace", trace)).Output.Should().StartWith("mine: 1 requests");
    }
}
