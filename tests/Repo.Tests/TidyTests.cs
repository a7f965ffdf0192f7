using System.Text.RegularExpressions;

namespace Preble.Repo.Tests;

public sealed partial class TidyTests
{
    private static IEnumerable<string> Texts => Repository.Files.Where(file =>
        Path.GetExtension(file) is ".cs" or ".md" or ".csproj" or ".props" or ".targets" or ".json" or ".sh" or ".txt" or ".js" or ".mjs" or ".py" or ".yml" or ".sln" || file == ".ci/run");

    [Fact]
    public void TheRepositoryStandsAlone()
    {
        string parent = ".." + "/shared";
        Texts.Where(file => Repository.Read(file).Contains(parent)).Should().BeEmpty("a clean clone has nothing beside it");
    }

    [Fact]
    public void EveryRelativeLinkOfADocumentLeadsSomewhere()
    {
        var broken = new List<string>();
        foreach (string file in Repository.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal)))
        {
            string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, file))!;
            broken.AddRange(Link().Matches(Repository.Read(file))
                .Select(match => match.Groups["to"].Value)
                .Where(to => !to.Contains("://") && !Path.Exists(Path.Combine(folder, to)))
                .Select(to => $"{file}: {to}"));
        }

        broken.Should().BeEmpty();
    }

    [Fact]
    public void NoLineOfTheProgramIsLongerThanItsReadersScreen()
    {
        const int CharsMax = 180;
        var wide = Sources("").Where(file => !file.StartsWith("tests/", StringComparison.Ordinal))
            .SelectMany(file => Repository.Lines(file).Select((line, index) => (Place: $"{file}:{index + 1}", line.Length)))
            .Where(item => item.Length > CharsMax && !item.Place.StartsWith("Silo/Banner.cs", StringComparison.Ordinal));
        wide.Select(item => item.Place).Should().BeEmpty();
    }

    [Fact]
    public void NothingIsLeftOpen() =>
        Sources("").Where(file => OpenEnds().IsMatch(Repository.Read(file))).Should().BeEmpty("what is here is done");

    [Fact]
    public void NoTestSleepsOrIsSwitchedOff() =>
        Sources("tests/").Where(file => Sleeps().IsMatch(Repository.Read(file))).Should().BeEmpty("tests are driven by events and fake clocks");

    [Fact]
    public void EverySourceFileHoldsItsNamespaceInFileScope() =>
        Sources("").Where(file => BlockNamespace().IsMatch(Repository.Read(file))).Should().BeEmpty();

    private static IEnumerable<string> Sources(string folder) =>
        Repository.Files.Where(file => file.StartsWith(folder, StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal) && !file.EndsWith("TidyTests.cs", StringComparison.Ordinal));

    [GeneratedRegex(@"NotImplementedException|\bTODO\b|\bFIXME\b|\bHACK\b")]
    private static partial Regex OpenEnds();

    [GeneratedRegex(@"Thread\.Sleep\(|Task\.Delay\(|\[(Fact|Theory|SkippableFact)[^\]]*Skip\s*=")]
    private static partial Regex Sleeps();

    [GeneratedRegex(@"^namespace [\w.]+\s*\{", RegexOptions.Multiline)]
    private static partial Regex BlockNamespace();

    [GeneratedRegex(@"\]\((?<to>[^)#\s]+)")]
    private static partial Regex Link();
}
