using Preble.Core.Placement;

namespace Preble.Cli.Placing;

/// <summary>What the scheduler is measured with.</summary>
internal sealed record SchedulerBenchmarkOptions
{
    /// <summary>Where the prompts come from.</summary>
    public string Workload { get; init; } = "toolbench";

    /// <summary>Pages in the tree, which is full with them and forgets all the time.</summary>
    public int Pages { get; init; } = 1_000_000;

    public int Workers { get; init; } = 4;

    public string Policy { get; init; } = PlacementPolicies.Default;

    /// <summary>Decisions that are measured.</summary>
    public int Decisions { get; init; } = 200_000;

    public int Seed { get; init; }
}
