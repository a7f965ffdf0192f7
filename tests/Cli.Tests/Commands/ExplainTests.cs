using System.Text.Json;
using System.Text.RegularExpressions;
using Preble.Cli.Runs;

namespace Preble.Cli.Tests.Commands;

public sealed partial class ExplainTests
{
    [Theory]
    [InlineData("marginal-cost", 0, "takes its turn: 4 candidates cost")]
    [InlineData("marginal-cost", 199, " costs ")]
    [InlineData("e2", 100, "E")]
    [InlineData("round-robin", 57, "By turns: of 4 candidates decision 57 goes to number 1")]
    public async Task AnyRequestIsExplained(string policy, int request, string why)
    {
        using var folder = new TemporaryFolder();
        Preble run = await Preble.RunLineAsync(
            $"explain --workload toolbench --requests 200 --rate 20 --policy {policy} --request {request} --json {folder.File("e.json")}");

        run.Code.Should().Be(0, run.Errors);
        run.Output.Should().StartWith($"Request {request} of toolbench").And.Contain("chosen").And.Contain("predicted").And.Contain("Completed");
        JsonElement root = JsonDocument.Parse(File.ReadAllText(folder.File("e.json"))).RootElement;
        root.GetProperty("policy").GetString().Should().Be(policy);
        string reason = root.GetProperty("reason").GetString()!;
        reason.Should().Contain(why).And.Contain(root.GetProperty("worker").GetString());
        run.Output.Should().Contain($"\nReason: {reason}\n");
        JsonElement[] candidates = [.. root.GetProperty("candidates").EnumerateArray()];
        candidates.Should().HaveCount(4);
        string? chosen = root.GetProperty("worker").GetString();
        candidates.Should().ContainSingle(candidate => candidate.GetProperty("worker").GetString() == chosen);
        root.GetProperty("predicted").GetProperty("ttft_s").GetDouble().Should().BeGreaterThan(0);
        root.GetProperty("actual").GetProperty("latency_s").GetDouble().Should().BeGreaterThan(0);
        root.GetProperty("outcome").GetString().Should().Be("completed");
    }

    [Theory]
    [InlineData(-0.0, "0")]
    [InlineData(-0.00001, "0.0000")]
    [InlineData(-0.0001, "-0.0001")]
    [InlineData(-1200, "-1,200")]
    [InlineData(0.25, "0.2500")]
    [InlineData(double.PositiveInfinity, "-")]
    public void NothingHasNoSign(double value, string shown) => ExplanationText.Number(value).Should().Be(shown);

    [Fact]
    public async Task TheTermsOfMarginalCostAddUpToItsTotalAndTheLeastWins()
    {
        using var folder = new TemporaryFolder();
        await Preble.RunLineAsync($"explain --workload toolbench --requests 200 --rate 60 --request 150 --json {folder.File("e.json")}");

        JsonElement root = JsonDocument.Parse(File.ReadAllText(folder.File("e.json"))).RootElement;
        JsonElement[] candidates = [.. root.GetProperty("candidates").EnumerateArray()];
        foreach (JsonElement candidate in candidates)
        {
            double sum = candidate.GetProperty("terms").EnumerateObject().Sum(term => term.Value.GetDouble());
            candidate.GetProperty("total").GetDouble().Should().BeApproximately(sum, 1e-4);
        }

        root.GetProperty("reason").GetString().Should().MatchRegex("costs .* and the next, worker-[0-3], .* mostly by ");
        candidates.MinBy(candidate => candidate.GetProperty("total").GetDouble()).GetProperty("worker").GetString().Should().Be(root.GetProperty("worker").GetString());
    }

    /// <summary>Whoever looks for a number of the reason in the table finds it there, digit by digit.</summary>
    [Theory]
    [InlineData("llm-d", "toolbench --requests 800 --request 450")]
    [InlineData("marginal-cost", "toolbench --requests 800 --request 3")]
    [InlineData("lmetric-norm", "toolbench --requests 800 --request 450")]
    [InlineData("dynamo-kv", "toolbench --requests 800 --request 450")]
    [InlineData("e2", "hot-burst --request 1500")]
    public async Task TheNumbersOfTheReasonStandInTheTable(string policy, string request)
    {
        Preble run = await Preble.RunLineAsync($"explain --policy {policy} --workload {request}");

        run.Code.Should().Be(0, run.Errors);
        Match told = Compared().Match(run.Output);
        told.Success.Should().BeTrue(run.Output);
        foreach ((string row, int[] groups) in (IEnumerable<(string, int[])>)[(told.Groups[1].Value, [2, 5]), (told.Groups[3].Value, [4, 6])])
        {
            string cells = run.Output.Split('\n').Single(line => line.StartsWith($"| {row} ", StringComparison.Ordinal));
            Array.ForEach(groups, group => cells.Should().MatchRegex($"[|] +{Regex.Escape(told.Groups[group].Value)} [|]"));
        }
    }

    [Fact]
    public async Task ARequestOfALostWorkerIsExplainedByItsLastPlacement()
    {
        using var folder = new TemporaryFolder();
        Preble run = await Preble.RunLineAsync(
            $"explain --workload loogle --requests 40 --rate 20 --workers 2 --policy round-robin --lose 1@1 --request 1 --json {folder.File("e.json")}");

        run.Code.Should().Be(0, run.Errors);
        JsonElement root = JsonDocument.Parse(File.ReadAllText(folder.File("e.json"))).RootElement;
        root.GetProperty("attempts").GetInt32().Should().Be(2);
        root.GetProperty("worker").GetString().Should().Be("worker-0");
        root.GetProperty("reason").GetString().Should().StartWith("By turns: worker-0 is the only candidate", "it is the last placement that is told of");
    }

    [GeneratedRegex("(worker-[0-9]) costs ([0-9,.]+) and the next, (worker-[0-9]), ([0-9,.]+), mostly by [a-z-]+: ([0-9,.]+) against ([0-9,.]+)[.;]")]
    private static partial Regex Compared();
}
