using System.Xml.Linq;

namespace Preble.Repo.Tests;

public sealed class ReferenceTests
{
    /// <summary>The direction of ARCHITECTURE.md: who may reference whom.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Core"] = [],
        ["Embedded"] = [],
        ["Engine"] = ["Core"],
        ["Kernels"] = ["Core", "Engine"],
        ["Grains.Interfaces"] = ["Embedded"],
        ["Grains"] = ["Embedded", "Grains.Interfaces", "Core"],
        ["Cli"] = ["Core", "Engine", "Kernels"],
        ["Client"] = ["Embedded", "Grains.Interfaces"],
        ["Chat"] = ["Embedded", "Grains.Interfaces", "Client", "Silo"],
        ["Silo"] = ["Embedded", "Grains.Interfaces", "Grains", "Core", "Engine", "Kernels"],
    };

    public static TheoryData<string> Projects => new(Repository.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal) && !file.StartsWith("tests/", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Projects))]
    public void EveryProjectDeclaresWhatItMayReferenceAndReferencesNothingElse(string path)
    {
        XDocument project = XDocument.Parse(Repository.Read(path));
        string name = Path.GetFileNameWithoutExtension(path);

        string[] declared = project.Descendants("MayReference").Single().Value.Split(';', StringSplitOptions.RemoveEmptyEntries);
        declared.Should().BeEquivalentTo(Allowed[name], "the build checks this list, and it must be the one of ARCHITECTURE.md");

        string[] referenced = [.. project.Descendants("ProjectReference").Select(item => Path.GetFileNameWithoutExtension(item.Attribute("Include")!.Value))];
        referenced.Should().BeSubsetOf(declared);
    }

    [Fact]
    public void EveryProjectIsInTheSolution()
    {
        string solution = Repository.Read("Preble.sln").Replace('\\', '/');
        Repository.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)).Should().OnlyContain(file => solution.Contains(file));
    }

    [Fact]
    public void CoreHasNoPackageAndNoProjectAtRunTime()
    {
        XDocument project = XDocument.Parse(Repository.Read("Core/Core.csproj"));
        project.Descendants("ProjectReference").Should().BeEmpty();
        project.Descendants("PackageReference").Should().OnlyContain(item => item.Attribute("PrivateAssets")!.Value == "all");
    }

    [Theory]
    [InlineData("Grains")]
    [InlineData("Grains.Interfaces")]
    [InlineData("Client")]
    public void GrainsAreTheSameSourcesOnBothHosts(string folder) =>
        Repository.Files
            .Where(file => file.StartsWith(folder + "/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal))
            .Should().NotBeEmpty().And.NotContain(file => Repository.Read(file).Contains("#if"));
}
