using System.Globalization;

namespace Preble.Silo.Tests;

public sealed class ReadmeOptionsTests
{
    private static readonly string[] Readme = File.ReadAllLines(Path.Combine(RepositoryRoot.Folder, "README.md"));

    public static TheoryData<string> Options => new(PrebleOptionsExtensions.Names);

    [Theory]
    [MemberData(nameof(Options))]
    public void TheReadmeListsEveryOptionWithItsDefault(string name)
    {
        object? option = new PrebleOptions();
        foreach (string part in name.Split(':'))
        {
            option = option!.GetType().GetProperty(part)!.GetValue(option);
        }

        string value = Convert.ToString(option, CultureInfo.InvariantCulture)!;

        string row = Readme.Should().ContainSingle(line => line.StartsWith($"| `Preble:{name}` |", StringComparison.Ordinal)).Subject;

        if (value.Length > 0)
        {
            row.Split('|')[2].Trim().Should().Be($"`{value}`");
        }
    }

    [Fact]
    public void TheReadmeListsNothingElse() =>
        Readme.Count(line => line.StartsWith("| `Preble:", StringComparison.Ordinal)).Should().Be(PrebleOptionsExtensions.Names.Count);
}
