namespace Preble.Repo.Tests;

/// <summary>Sizes of source files as a ratchet: a file may shrink its allowance, never grow it unseen.</summary>
public sealed class SizeTests
{
    private const int LinesMax = 250;
    private const int SlackMax = 20;
    private const string Allowances = "tests/Repo.Tests/sizes.txt";

    [Fact]
    public void NoSourceFileIsLongerThanItsAllowance()
    {
        Dictionary<string, int> allowed = ReadAllowances();
        var tooLong = new List<string>();
        foreach (string file in Repository.Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal)))
        {
            int lines = Repository.Lines(file).Length;
            int limit = allowed.GetValueOrDefault(file, LinesMax);
            if (lines > limit)
            {
                tooLong.Add($"{file}: {lines} lines, allowed {limit}");
            }
        }

        tooLong.Should().BeEmpty("a long file is split, or its line in {0} says that it may be long", Allowances);
    }

    [Fact]
    public void EveryAllowanceIsNeededAndTight()
    {
        var loose = new List<string>();
        foreach ((string file, int limit) in ReadAllowances())
        {
            bool exists = File.Exists(Path.Combine(Repository.Root, file));
            int lines = exists ? Repository.Lines(file).Length : 0;
            if (lines <= LinesMax || limit - lines > SlackMax)
            {
                loose.Add($"{file} {limit}: it has {lines} lines");
            }
        }

        loose.Should().BeEmpty("what has shrunk keeps no allowance in {0}", Allowances);
    }

    private static Dictionary<string, int> ReadAllowances() => Repository.Lines(Allowances)
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split(' '))
        .ToDictionary(parts => parts[0], parts => int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
}
