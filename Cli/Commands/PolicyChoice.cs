using System.CommandLine;
using Preble.Cli.CommandLine;
using Preble.Cli.Runs;
using Preble.Core.Placement;

namespace Preble.Cli.Commands;

/// <summary>The options that say how prompts are placed.</summary>
internal static class PolicyChoice
{
    /// <summary>What is compared where nothing else is said: ours, the paper's, and what most do.</summary>
    public static readonly IReadOnlyList<string> Default = [PlacementPolicies.Default, E2Policy.PolicyName, RoundRobinPolicy.PolicyName];

    /// <summary>Stands for every policy.</summary>
    private const string All = "all";

    /// <summary>Which of <see cref="E2Parts"/> are left out.</summary>
    public static Option<string[]?> E2Without() => ValueOptions.Names(
        "--e2-without", $"Parts of {E2Policy.PolicyName} to leave out: {string.Join(", ", E2Parts.Names)}. Default: none.", E2Parts.Names, "A,B");

    public static Option<string[]?> Several() => ValueOptions.Names(
        "--policies",
        $"Policies to compare, or {All}: {string.Join(", ", PlacementPolicies.Names)}. Default: {string.Join(",", Default)}.",
        [.. PlacementPolicies.Names, All],
        "A,B,...");

    public static Option<string?> One(string name) => ValueOptions.Name(
        name, $"How prompts are placed: {string.Join(", ", PlacementPolicies.Names)}. Default: {PlacementPolicies.Default}.", PlacementPolicies.Names, "NAME");

    /// <exception cref="UsageException">Parts of E2 are left out where it is not compared.</exception>
    public static PolicyOptions ReadOptions(ParseResult parse, Option<string[]?> e2Without, IReadOnlyList<string> policies)
    {
        string[] without = parse.GetValue(e2Without) ?? [];
        if (without.Length > 0 && !policies.Contains(E2Policy.PolicyName))
        {
            throw new UsageException(
                $"{e2Without.Name} is for {E2Policy.PolicyName}, which is not among {string.Join(",", policies)}; allowed: --policies with {E2Policy.PolicyName}.");
        }

        return E2Parts.Without(without);
    }

    /// <exception cref="UsageException">All are named, and some once more.</exception>
    public static IReadOnlyList<string> Read(ParseResult parse, Option<string[]?> option)
    {
        string[] names = parse.GetValue(option) ?? [];
        return names.Length == 0 ? Default
            : !names.Contains(All) ? names
            : names.Length == 1 ? PlacementPolicies.Names
            : throw new UsageException($"{option.Name} '{string.Join(",", names)}' names some twice, as {All} stands for every policy; allowed: {All} alone, or names.");
    }
}
