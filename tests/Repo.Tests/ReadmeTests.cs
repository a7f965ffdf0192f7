using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Preble.Repo.Tests;

/// <summary>What README.md tells people to type works, and answers what it says.</summary>
public sealed partial class ReadmeTests
{
    private const string Localhost = "http://localhost:8080";
    private static readonly string Readme = Repository.Read("README.md");

    [Fact]
    public void TheTwoCommandsAreThere()
    {
        Blocks("").Should().Contain("dotnet run -c Release --project Silo").And.Contain("dotnet test -c Release");
        File.Exists(Path.Combine(Repository.Root, "Silo", "Silo.csproj")).Should().BeTrue();
        Repository.Files.Count(file => file.EndsWith(".sln", StringComparison.Ordinal)).Should().Be(1, "'dotnet test' finds it by itself");
    }

    [Fact]
    public void CiRunsTheReadmesTestCommand() => Repository.Read(".ci/run").Should().Contain("README.md").And.Contain("\n$test_command 2>&1");

    [SkippableFact]
    public async Task TheFirstCurlAnswersWhatTheReadmeShowsAndTheBannerSaysWhatToTry()
    {
        Skip.IfNot(Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "curl"))), "curl is not installed.");
        await using ServerProcess server = await ServerProcess.StartAsync();
        string curl = Blocks("").Single(block => block.StartsWith("curl ", StringComparison.Ordinal));
        string[] banner = [.. server.Banner.Split('\n').Select(line => line.Trim())];
        banner.Should().Contain(curl.Replace(Localhost, server.Url), "the banner's line is the README's");
        banner.Should().Contain(line => line.StartsWith("model ", StringComparison.Ordinal)).And.Contain(line => line.StartsWith("workers  4 cpu", StringComparison.Ordinal)).And.Contain("policy   marginal-cost");

        string answer = await RunAsync(curl.Replace(Localhost, server.Url));

        string shown = Blocks("json").Single();
        Stable(answer).Should().Be(Stable(shown));
    }

    [Theory]
    [InlineData("--Preble:Model", "/no/such/folder", "/no/such/folder")]
    [InlineData("--Preble:Policy", "best", "marginal-cost")]
    [InlineData("--Preble:Workers", "0", "from 1 to 64")]
    [InlineData("--Preble:KvTokens", "2147483647", "GB")]
    [InlineData("--urls", "nonsense", "nonsense")]
    [InlineData("--urls", "http://localhost:99999", "port")]
    [InlineData("--urls", "https://127.0.0.1:0", "certificate")]
    [InlineData("--Preble:DrainSeconds", "-0.4", "from 0 to 3600")]
    [InlineData("--Preble:DrainSeconds", "NaN", "from 0 to 3600")]
    [InlineData("--Prebel:Workers", "2", "--Preble:Workers")]
    [InlineData("--policy", "e2", "--Preble:Policy")]
    [InlineData("bogus", "word", "bogus")]
    public async Task AStartThatCannotSucceedEndsWithOneLineAndCodeTwo(string option, string value, string says)
    {
        using Process process = ServerProcess.Launch("--urls", "http://127.0.0.1:0", option, value);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        process.ExitCode.Should().Be(2);
        errors.Trim().Split('\n').Should().ContainSingle().Which.Should().StartWith("preble: ").And.Contain(says);
        (await output).Should().BeEmpty();
    }

    /// <summary>The answer without what differs from time to time.</summary>
    private static string Stable(string json)
    {
        JsonDocument.Parse(json).RootElement.GetProperty("id").GetString().Should().StartWith("chatcmpl-");
        return Moment().Replace(json.Trim(), "");
    }

    private static IEnumerable<string> Blocks(string language) => Block().Matches(Readme)
        .Where(match => match.Groups["language"].Value == language)
        .Select(match => match.Groups["text"].Value.Trim());

    private static async Task<string> RunAsync(string command)
    {
        using Process shell = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = shell.StandardError.ReadToEndAsync();
        string output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        shell.ExitCode.Should().Be(0, await errors);
        return output;
    }

    [GeneratedRegex("^```(?<language>\\w*)\n(?<text>.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("\"id\":\"[^\"]*\",|\"created\":\\d+,")]
    private static partial Regex Moment();
}
