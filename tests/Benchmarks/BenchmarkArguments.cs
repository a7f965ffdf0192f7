using System.Globalization;
using Preble.Core.Workloads;

namespace Preble.Benchmarks;

/// <summary>What to measure, as the command line says it.</summary>
internal sealed record BenchmarkArguments
{
    public const int SeedsMax = 1000;
    public const string Usage = "[NAME] [--quick]; policies, unlisted and drawn take --seeds A,B,..., rates workloads, traces files, memory a number of requests";

    private const string QuickOption = "--quick";
    private const string SeedsOption = "--seeds";

    private static readonly string[] Names =
        ["grains", "serving", "records", "memory", "all", "paper", "programming", "ablation", "policies", "unlisted", "drawn", "knowledge", "rates", "traces"];

    private static readonly string[] Seeded = ["policies", "unlisted", "drawn"];

    /// <summary>One of <see cref="Names"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Once with small numbers, to see that it runs.</summary>
    public required bool Quick { get; init; }

    /// <summary>Seeds in place of the study's own; null for those.</summary>
    public int[]? Seeds { get; init; }

    /// <summary>Requests in place of the benchmark's own; null for those.</summary>
    public int? Requests { get; init; }

    /// <summary>Workloads to study; none for all.</summary>
    public string[] Workloads { get; init; } = [];

    /// <summary>Traces to read.</summary>
    public string[] Files { get; init; } = [];

    /// <exception cref="FormatException">They are not understood: one line that says what is wrong and what is allowed.</exception>
    public static BenchmarkArguments Parse(string[] arguments)
    {
        List<string> rest = [.. arguments];
        bool quick = rest.RemoveAll(argument => argument == QuickOption) > 0;
        string? seeds = TakeSeeds(rest);
        string name = rest.FirstOrDefault() ?? "all";
        if (!Names.Contains(name))
        {
            throw new FormatException($"'{name}' is not known; allowed: {string.Join(", ", Names)}.");
        }

        string[] more = [.. rest.Skip(1)];
        if (more.Length > 0 && name is not ("traces" or "memory" or "rates"))
        {
            throw new FormatException($"'{more[0]}' is not understood after {name}; allowed: {Usage}.");
        }

        return new BenchmarkArguments
        {
            Name = name,
            Quick = quick,
            Seeds = seeds is null ? null : Seeded.Contains(name) ? ParseSeeds(seeds)
                : throw new FormatException($"{SeedsOption} is not for {name}; allowed: {string.Join(", ", Seeded)}."),
            Requests = name == "memory" && more.Length > 0 ? ParseRequests(more) : null,
            Workloads = name == "rates" ? ParseWorkloads(more) : [],
            Files = name != "traces" ? [] : more.Length > 0 ? more : throw new FormatException("traces needs a file; allowed: traces in Mooncake's form, plain or gzip."),
        };
    }

    private static string? TakeSeeds(List<string> rest)
    {
        int at = rest.IndexOf(SeedsOption);
        if (at < 0)
        {
            return null;
        }

        string value = at + 1 < rest.Count ? rest[at + 1] : "";
        rest.RemoveRange(at, Math.Min(2, rest.Count - at));
        return value;
    }

    private static string[] ParseWorkloads(string[] names) => names.FirstOrDefault(name => !WorkloadCatalog.Names.Contains(name)) is { } unknown
        ? throw new FormatException($"'{unknown}' is not a workload; allowed: {string.Join(", ", WorkloadCatalog.Names)}.")
        : names;

    private static int[] ParseSeeds(string list)
    {
        string[] parts = list.Split(',', StringSplitOptions.TrimEntries);
        int[] seeds = [.. parts.Where(part => IsWhole(part, 0, out _)).Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
        return seeds.Length == parts.Length && seeds.Length <= SeedsMax && seeds.Distinct().Count() == seeds.Length
            ? seeds
            : throw new FormatException($"{SeedsOption} '{list}' is not understood; allowed: up to {SeedsMax} different whole numbers from 0, with commas between them.");
    }

    private static int ParseRequests(string[] more) => more.Length == 1 && IsWhole(more[0], 1, out int requests)
        ? requests
        : throw new FormatException($"memory '{string.Join(' ', more)}' is not understood; allowed: a whole number of requests from 1.");

    private static bool IsWhole(string text, int min, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min;
}
