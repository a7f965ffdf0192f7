namespace Preble.Core.Placement;

/// <summary>The policies by name.</summary>
public static class PlacementPolicies
{
    /// <summary>The policy of a server that was told nothing else.</summary>
    public const string Default = MarginalCostPolicy.PolicyName;

    /// <summary>Every name that <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [MarginalCostPolicy.PolicyName, E2Policy.PolicyName, LeastLoadPolicy.PolicyName, RoundRobinPolicy.PolicyName];

    /// <exception cref="ArgumentException">No policy has this name; the message lists those that exist.</exception>
    public static IPlacementPolicy Create(string name, PolicyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return name switch
        {
            MarginalCostPolicy.PolicyName => new MarginalCostPolicy(options),
            E2Policy.PolicyName => new E2Policy(options),
            LeastLoadPolicy.PolicyName => new LeastLoadPolicy(),
            RoundRobinPolicy.PolicyName => new RoundRobinPolicy(),
            _ => throw new ArgumentException($"There is no placement policy '{name}'. Allowed: {string.Join(", ", Names)}."),
        };
    }
}
