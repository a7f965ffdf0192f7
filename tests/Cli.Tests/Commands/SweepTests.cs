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

    [Fact]
    public async Task ATraceOfAFewRequestsAnHourIsSweptAroundItsOwnRate()
    {
        using var folder = new TemporaryFolder();
        string trace = Hours(folder, 1);
        Preble run = await Preble.RunAsync("sweep", "--trace", trace, "--policies", "round-robin", "--steps", "2", "--json", folder.File("s.json"));

        run.Code.Should().Be(0, run.Errors);
        run.Output.Should().Contain("0.000185 to 0.000833 requests/s");
        JsonElement root = JsonDocument.Parse(File.ReadAllText(folder.File("s.json"))).RootElement;
        double[] rates = [.. root.GetProperty("rates").EnumerateArray().Select(rate => rate.GetDouble())];
        rates.Should().HaveCount(2);
        rates[0].Should().BeApproximately(2 / 3600.0 / 3, 1e-6);
        rates[1].Should().BeApproximately(2 / 3600.0 * 1.5, 1e-6);
        UsageTests.Check(await Preble.RunAsync("sweep", "--trace", trace, "--from", "0.002"), "--from 0.002 is not below 0.000833, one and a half times", "--to above it");
    }

    [Fact]
    public async Task RatesThatWereNotGivenAreNotComplainedOf()
    {
        using var folder = new TemporaryFolder();
        Preble run = await Preble.RunAsync("sweep", "--trace", Hours(folder, 300));
        UsageTests.Check(run, "6 rates from 0.000001 to 0.000003, around the workload's own rate, are too near", "fewer --steps");
    }

    /// <summary>A trace of two requests that many hours apart.</summary>
    private static string Hours(TemporaryFolder folder, int hours) => folder.Write("slow.jsonl", string.Concat(new[] { 0, hours }.Select(at =>
        $$"""{"timestamp": {{at * 3_600_000L}}, "input_length": 600, "output_length": 5, "hash_ids": [1, 2]}""" + "\n")));
}
