using System.CommandLine;
using Preble.Cli.CommandLine;
using Preble.Core.Placement;

namespace Preble.Cli.Commands;

/// <summary>The options that say how prompts are placed.</summary>
internal static class PolicyChoice
{
    /// <summary>What is compared where nothing else is said: ours, the paper's, and what most do.</summary>
    public static readonly IReadOnlyList<string> Default = [PlacementPolicies.Default, E2Policy.PolicyName, RoundRobinPolicy.PolicyName];

    /// <summary>Stands for every policy.</summary>
    private const string All = "all";

    public static Option<string[]?> Several() => ValueOptions.Names(
        "--policies",
        $"Policies to compare, or {All}: {string.Join(", ", PlacementPolicies.Names)}. Default: {string.Join(",", Default)}.",
        [.. PlacementPolicies.Names, All],
        "A,B,...");

    public static Option<string?> One(string name) => ValueOptions.Name(
        name, $"How prompts are placed: {string.Join(", ", PlacementPolicies.Names)}. Default: {PlacementPolicies.Default}.", PlacementPolicies.Names, "NAME");

    public static IReadOnlyList<string> Read(ParseResult parse, Option<string[]?> option) =>
        parse.GetValue(option) is not { Length: > 0 } names ? Default : names.Contains(All) ? PlacementPolicies.Names : names;
}
