using Preble.Core.Placement;
using Preble.Core.Serving;

namespace Preble.Core.Simulation;

/// <summary>What is simulated beside the workload.</summary>
public sealed record SimulationOptions
{
    /// <summary>One entry a worker.</summary>
    public required IReadOnlyList<Hardware> Workers { get; init; }

    /// <summary>Name of the placement policy, one of <see cref="PlacementPolicies.Names"/>.</summary>
    public string Policy { get; init; } = PlacementPolicies.Default;

    /// <summary>Constants of the policy.</summary>
    public PolicyOptions PolicyOptions { get; init; } = new();

    /// <summary>Order of the workers' queues, one of <see cref="QueueOrders.Names"/>.</summary>
    public string QueueOrder { get; init; } = PriorityGroupsOrder.OrderName;

    /// <summary>Tokens of a step, decodes and prefill chunks together; 0 computes whole prompts at once.</summary>
    public int ChunkTokens { get; init; } = 2048;

    /// <summary>What the workers' engines add to their forward passes.</summary>
    public EngineLoop Loop { get; init; } = new();

    /// <summary>Sequences that run together on a worker.</summary>
    public int RunningMax { get; init; } = 256;

    /// <summary>Sequences that wait at a worker; when all are full, a request is rejected.</summary>
    public int WaitingMax { get; init; } = 65_536;

    /// <summary>Tokens in a page.</summary>
    public int PageTokens { get; init; } = 16;

    /// <summary>Seconds that a request takes to its worker, and an event or a token back: half of a round trip.</summary>
    public double OneWaySeconds { get; init; }

    /// <summary>Seconds between two load reports of a worker, at least; a worker reports at the end of a step.</summary>
    public double ReportSeconds { get; init; } = 0.01;

    /// <summary>Seconds between two samples of the workers' load in <see cref="SimulationResult.Samples"/>; 0 takes none.</summary>
    public double SampleSeconds { get; init; }

    /// <summary>Virtual seconds after the last arrival at which what has not ended is given up: neither completed nor rejected.</summary>
    public double SecondsMax { get; init; } = 1e6;

    /// <summary>What goes wrong.</summary>
    public SimulationFaults Faults { get; init; } = new();

    /// <summary>Draws what chance decides, the faults alone: everything else follows from the workload.</summary>
    public int Seed { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Workers.Count, 1, nameof(Workers));
        ArgumentOutOfRangeException.ThrowIfNegative(ChunkTokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(RunningMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(WaitingMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PageTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(OneWaySeconds);
        ArgumentOutOfRangeException.ThrowIfNegative(ReportSeconds);
        ArgumentOutOfRangeException.ThrowIfNegative(SampleSeconds);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(SecondsMax);
        Loop.Validate();
        Faults.Validate(Workers.Count);
    }
}
