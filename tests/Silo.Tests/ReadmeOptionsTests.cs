using System.Globalization;
using System.Reflection;

namespace Preble.Silo.Tests;

public sealed class ReadmeOptionsTests
{
    private static readonly string[] Readme = File.ReadAllLines(Path.Combine(RepositoryRoot.Folder, "README.md"));

    public static TheoryData<string> Options => new(typeof(PrebleOptions).GetProperties().Select(property => property.Name));

    [Theory]
    [MemberData(nameof(Options))]
    public void TheReadmeListsEveryOptionWithItsDefault(string name)
    {
        PropertyInfo property = typeof(PrebleOptions).GetProperty(name)!;
        string value = Convert.ToString(property.GetValue(new PrebleOptions()), CultureInfo.InvariantCulture)!;

        string row = Readme.Should().ContainSingle(line => line.StartsWith($"| `Preble:{name}` |", StringComparison.Ordinal)).Subject;

        if (value.Length > 0)
        {
            row.Split('|')[2].Trim().Should().Be($"`{value}`");
        }
    }

    [Fact]
    public void TheReadmeListsNothingElse() =>
        Readme.Count(line => line.StartsWith("| `Preble:", StringComparison.Ordinal)).Should().Be(typeof(PrebleOptions).GetProperties().Length);
}
