using Preble.Core.Placement;

namespace Preble.Cli.Runs;

/// <summary>Parts of E2 by name, which the paper's ablation (figure 5) adds one after the other.</summary>
internal static class E2Parts
{
    private const string Rebalancing = "rebalancing";
    private const string DecodeBalancing = "decode-balancing";

    public static IReadOnlyList<string> Names { get; } = [Rebalancing, DecodeBalancing];

    /// <summary>E2 without some of them.</summary>
    public static PolicyOptions Without(IReadOnlyCollection<string> names) =>
        new() { E2Rebalances = !names.Contains(Rebalancing), E2BalancesDecodes = !names.Contains(DecodeBalancing) };

    /// <summary>What is left out.</summary>
    public static IEnumerable<string> LeftOut(PolicyOptions options) =>
        [.. options.E2Rebalances ? (string[])[] : [Rebalancing], .. options.E2BalancesDecodes ? (string[])[] : [DecodeBalancing]];
}
