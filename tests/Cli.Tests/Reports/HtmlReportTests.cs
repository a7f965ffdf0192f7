using System.Text.RegularExpressions;
using System.Xml.Linq;
using Preble.Cli.Reports;

namespace Preble.Cli.Tests.Reports;

public sealed partial class HtmlReportTests
{
    [Theory]
    [InlineData("simulate --rate 20 --policies e2,round-robin,marginal-cost --workers 3", 8 + 3)]
    [InlineData("simulate --policies e2 --workers 12", 8 + 1)]
    [InlineData("simulate --policies all", 8 + 14)]
    [InlineData("sweep --rates 10,20,40 --policies e2,round-robin", 7 + 2)]
    public async Task AReportHasEveryChartAndLoadsNothing(string line, int charts)
    {
        using var folder = new TemporaryFolder();
        Preble run = await Preble.RunLineAsync($"{line} --workload toolbench --requests 90 --report {folder.File("r.html")}");

        run.Code.Should().Be(0, run.Errors);
        string html = File.ReadAllText(folder.File("r.html"));
        Svg().Count(html).Should().Be(charts);
        html.Should().NotContainAny("http:", "https:", "//", "src=", "<script", "<link", "@import", "url(", "NaN", "Infinity", "∞");
        string[] policies = [.. PolicyCell().Matches(html).Select(match => match.Groups[1].Value).Distinct()];
        foreach (string policy in policies)
        {
            html.Should().Contain($"<i></i>{policy}</li>", "the legend names {0}", policy);
            Title().Matches(html).Count(match => match.Groups[1].Value.StartsWith(policy, StringComparison.Ordinal))
                .Should().BeGreaterThanOrEqualTo(7, "each chart of the policies draws {0}", policy);
        }

        policies.Should().HaveCount(run.Output.Split('\n').Count(text => text.StartsWith("| ", StringComparison.Ordinal)) is var rows && line.StartsWith("sweep", StringComparison.Ordinal)
            ? (rows - 2) / 3 : rows - 2);
    }

    /// <summary>Where requests come faster than they are answered, the load that they meet is but the time, and the latency the length of the run.</summary>
    [Theory]
    [InlineData(5, "<header>")]
    [InlineData(60, "<header>")]
    [InlineData(400, "of as many as came, [0-9]+ % with marginal-cost, [0-9]+ % with round-robin[.] ")]
    public async Task OnlyWhereLoadGrewTheReportSaysSo(int rate, string says)
    {
        using var folder = new TemporaryFolder();
        Preble run = await Preble.RunLineAsync(
            $"simulate --workload toolbench --rate {rate} --requests 1000 --policies marginal-cost,round-robin --report {folder.File("r.html")}");

        run.Code.Should().Be(0, run.Errors);
        string html = File.ReadAllText(folder.File("r.html"));
        html.Should().MatchRegex(says);
        html.Contains("A policy that keeps up meets little load.", StringComparison.Ordinal).Should().Be(rate < 400);
        html.Contains("what is further right was sent later", StringComparison.Ordinal).Should().Be(rate == 400);
        html.Contains("Load grew until the last request was sent", StringComparison.Ordinal).Should().Be(rate == 400);
    }

    [Fact]
    public async Task EveryChartIsWellFormedAndNamed()
    {
        using var folder = new TemporaryFolder();
        await Preble.RunLineAsync($"simulate --workload toolbench --requests 90 --report {folder.File("r.html")}");

        foreach (Match figure in Svg().Matches(File.ReadAllText(folder.File("r.html"))))
        {
            XElement chart = XElement.Parse(WebEntities(figure.Value));
            chart.Descendants("h3").Single().Value.Should().NotBeEmpty();
            XElement[] labels = [.. chart.Descendants("text").Where(text => (string?)text.Attribute("class") == "label")];
            labels.Should().NotBeEmpty("axes say what they measure").And.OnlyContain(label => label.Value.Length > 3);
            chart.Descendants("g").Should().NotBeEmpty();
        }

        static string WebEntities(string html) => html;
    }

    [Fact]
    public async Task NamesAreShownAsTheyAreAndNeverRun()
    {
        using var folder = new TemporaryFolder();
        const string hostile = "<script>alert('x')&\"";
        string trace = folder.Write(hostile.Replace('/', '_') + ".jsonl", string.Concat(
            Enumerable.Range(0, 20).Select(i => $"{{\"timestamp\": {i * 100}, \"input_length\": 600, \"output_length\": 5, \"hash_ids\": [1, {i + 2}]}}\n")));
        Preble run = await Preble.RunAsync("simulate", "--trace", trace, "--report", folder.File("r.html"));

        run.Code.Should().Be(0, run.Errors);
        string html = File.ReadAllText(folder.File("r.html"));
        html.Should().Contain("&lt;script&gt;").And.NotContain("<script");
    }

    [Fact]
    public async Task TheSameExperimentIsTheSamePage()
    {
        using var folder = new TemporaryFolder();
        var pages = new List<string>();
        foreach (string jobs in (string[])["", "--jobs 1", "--jobs=2"])
        {
            await Preble.RunLineAsync($"simulate --workload embodied --requests 90 {jobs} --workers 2 --report {folder.File("r.html")}");
            pages.Add(File.ReadAllText(folder.File("r.html")));
        }

        pages.Should().AllBe(pages[0]);
        pages[0].Should().Contain("<code>preble simulate --workload embodied --requests 90 --workers 2 --report ");
    }

    [Fact]
    public void ManySeriesDifferInColourOrDash()
    {
        string[] looks = [.. Enumerable.Range(0, 16).Select(i => string.Join(' ', Chart.Classes(i).Split(' ').Skip(1)))];
        looks.Should().OnlyHaveUniqueItems();
    }

    [GeneratedRegex("<figure>.*?</figure>", RegexOptions.Singleline)]
    private static partial Regex Svg();

    [GeneratedRegex("<td class=\"text (?:best)?\">([^<]*)</td>")]
    private static partial Regex PolicyCell();

    [GeneratedRegex("<title>([^<]*)</title>")]
    private static partial Regex Title();
}
