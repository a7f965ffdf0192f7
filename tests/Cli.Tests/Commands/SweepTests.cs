using System.Text.Json;

namespace Preble.Cli.Tests.Commands;

public sealed class SweepTests
{
    private const string Small = "sweep --workload toolbench --requests 60 --policies e2,round-robin";

    [Theory]
    [InlineData("--rates 30,10,20", "10 20 30")]
    [InlineData("--rates 5", "5")]
    [InlineData("--from 10 --to 20 --steps 5", "10 12.5 15 17.5 20")]
    [InlineData("--from 10 --to 20", "10 12 14 16 18 20")]
    public async Task EachRateIsRunOnceInAscendingOrder(string options, string rates)
    {
        using var folder = new TemporaryFolder();
        Preble run = await Preble.RunLineAsync($"{Small} {options} --json {folder.File("s.json")}");

        run.Code.Should().Be(0, run.Errors);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(folder.File("s.json")));
        JsonElement root = document.RootElement;
        string.Join(' ', root.GetProperty("rates").EnumerateArray().Select(rate => rate.GetRawText())).Should().Be(rates);
        JsonElement[] runs = [.. root.GetProperty("runs").EnumerateArray()];
        string.Join(' ', runs.Select(one => one.GetProperty("rate").GetRawText())).Should().Be(rates);
        runs.Should().OnlyContain(one => one.GetProperty("results").GetArrayLength() == 2);
        root.GetProperty("workload").GetString().Should().Be("toolbench");
    }

    [Fact]
    public async Task WithoutRatesTheyLieAroundTheWorkloadsOwn()
    {
        using var folder = new TemporaryFolder();
        await Preble.RunLineAsync($"{Small} --steps 3 --json {folder.File("s.json")}");
        await Preble.RunLineAsync($"simulate --workload toolbench --requests 60 --policies e2 --json {folder.File("d.json")}");

        double own = JsonDocument.Parse(File.ReadAllText(folder.File("d.json"))).RootElement.GetProperty("rate").GetDouble();
        double[] rates = [.. JsonDocument.Parse(File.ReadAllText(folder.File("s.json"))).RootElement.GetProperty("rates").EnumerateArray().Select(rate => rate.GetDouble())];
        rates.Should().HaveCount(3).And.BeInAscendingOrder();
        rates[0].Should().BeApproximately(own / 3, 1e-5);
        rates[2].Should().BeApproximately(own * 1.5, 1e-5);
    }

    [Fact]
    public async Task APointIsWhatSimulateGivesAtItsRate()
    {
        using var folder = new TemporaryFolder();
        await Preble.RunLineAsync($"{Small} --rates 15,25 --json {folder.File("s.json")}");
        await Preble.RunLineAsync($"simulate --workload toolbench --requests 60 --policies e2,round-robin --rate 25 --json {folder.File("d.json")}");

        JsonElement alone = JsonDocument.Parse(File.ReadAllText(folder.File("d.json"))).RootElement.GetProperty("results");
        JsonElement point = JsonDocument.Parse(File.ReadAllText(folder.File("s.json"))).RootElement.GetProperty("runs")[1].GetProperty("results");
        JsonElement.DeepEquals(alone, point).Should().BeTrue();
    }
}
