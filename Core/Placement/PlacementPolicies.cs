namespace Preble.Core.Placement;

/// <summary>The policies by name.</summary>
public static class PlacementPolicies
{
    /// <summary>The policy of a server that was told nothing else.</summary>
    public const string Default = MarginalCostPolicy.PolicyName;

    /// <summary>Every name that <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        MarginalCostPolicy.PolicyName,
        E2Policy.PolicyName,
        LeastLoadPolicy.PolicyName,
        RoundRobinPolicy.PolicyName,
        RandomPolicy.PolicyName,
        LongestPrefixPolicy.PolicyName,
        ConsistentHashPolicy.PolicyName,
        SglangCacheAwarePolicy.PolicyName,
        DynamoKvPolicy.PolicyName,
        LlmDPolicy.PolicyName,
        LMetricPolicy.PolicyName,
        LMetricPolicy.NormalisedName,
        TtftGreedyPolicy.PolicyName,
        DualMapPolicy.PolicyName,
    ];

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
            RandomPolicy.PolicyName => new RandomPolicy(options),
            LongestPrefixPolicy.PolicyName => new LongestPrefixPolicy(),
            ConsistentHashPolicy.PolicyName => new ConsistentHashPolicy(options),
            SglangCacheAwarePolicy.PolicyName => new SglangCacheAwarePolicy(options),
            DynamoKvPolicy.PolicyName => new DynamoKvPolicy(),
            LlmDPolicy.PolicyName => new LlmDPolicy(options),
            LMetricPolicy.PolicyName => new LMetricPolicy(normalised: false),
            LMetricPolicy.NormalisedName => new LMetricPolicy(normalised: true),
            TtftGreedyPolicy.PolicyName => new TtftGreedyPolicy(),
            DualMapPolicy.PolicyName => new DualMapPolicy(options),
            _ => throw new ArgumentException($"There is no placement policy '{name}'. Allowed: {string.Join(", ", Names)}."),
        };
    }
}
