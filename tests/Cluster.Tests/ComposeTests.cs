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

    [GeneratedRegex(@"\bPreble__(?<name>\w+)")]
    private static partial Regex Option();
}
