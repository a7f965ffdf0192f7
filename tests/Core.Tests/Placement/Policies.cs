using Preble.Core.Placement;

namespace Preble.Core.Tests.Placement;

/// <summary>The names of the policies, for theories that hold for all of them.</summary>
internal static class Policies
{
    public static TheoryData<string> All => [.. PlacementPolicies.Names];

    /// <summary>A first decision about a prompt.</summary>
    public static PlacementInput Input(PageKey[] keys, int promptTokens, int pageTokens, params Candidate[] candidates) => new()
    {
        Request = new RequestId("new"),
        PromptTokens = promptTokens,
        Keys = keys,
        PathEnds = [],
        PageTokens = pageTokens,
        EvictionRegret = 0,
        SharedTokens = 0,
        Choices = 1,
        OutputTokens = 100,
        UnderWayTokens = 100,
        Candidates = candidates,
        Decision = 0,
        Now = TimeSpan.Zero,
    };

    /// <summary>Those that give equal workers their turns: all but <c>random</c>, which draws lots.</summary>
    public static TheoryData<string> TakingTurns => [.. PlacementPolicies.Names.Where(name => name != RandomPolicy.PolicyName)];

    /// <summary>Those whose choice is the least total of the eligible rows, whatever the order of the candidates.</summary>
    public static TheoryData<string> Comparing =>
        [.. PlacementPolicies.Names.Where(name => name is not (E2Policy.PolicyName or RandomPolicy.PolicyName or RoundRobinPolicy.PolicyName))];
}
