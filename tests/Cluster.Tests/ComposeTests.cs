using System.Text.RegularExpressions;
using Preble.Silo;

namespace Preble.Cluster.Tests;

/// <summary>What starts silos names options that there are: a wrong name would be found by whoever runs it first.</summary>
public sealed partial class ComposeTests
{
    [Theory]
    [InlineData("docker-compose.yml")]
    [InlineData("scripts/cluster")]
    public void EveryOptionInTheEnvironmentIsKnown(string file)
    {
        string[] used = [.. Option().Matches(File.ReadAllText(Path.Combine(RepositoryRoot.Folder, file))).Select(match => match.Groups["name"].Value.Replace("__", ":")).Distinct()];
        used.Should().NotBeEmpty().And.BeSubsetOf(PrebleOptionsExtensions.Names);
    }

    [Fact]
    public void TheImageStartsTheSiloAndAsksItsHealthWhereItAnswers()
    {
        string image = File.ReadAllText(Path.Combine(RepositoryRoot.Folder, "Dockerfile"));
        image.Should().Contain($"ENTRYPOINT [\"dotnet\", \"{typeof(PrebleOptions).Assembly.GetName().Name}.dll\"]").And.Contain("dotnet publish Silo -c Release -p:ActorRuntime=Orleans");
        string asked = Asked().Match(image).Groups["path"].Value;
        File.ReadAllText(Path.Combine(RepositoryRoot.Folder, "Silo", "Gateway", "HealthApi.cs")).Should().Contain($"MapGet(\"{asked}\"", "the health check asks {0}", asked);
    }

    [GeneratedRegex(@"printf 'GET (?<path>\S+) HTTP")]
    private static partial Regex Asked();

    [GeneratedRegex(@"\bPreble__(?<name>\w+)")]
    private static partial Regex Option();
}
