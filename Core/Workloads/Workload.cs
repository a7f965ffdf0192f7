namespace Preble.Core.Workloads;

/// <summary>Requests in the order of their arrival. Immutable: the same one is given to every policy that is compared.</summary>
public sealed record Workload
{
    /// <summary>As on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>In order of <see cref="WorkloadRequest.Arrival"/>.</summary>
    public required IReadOnlyList<WorkloadRequest> Requests { get; init; }

    /// <summary>Requests a second: their number over the time in which they arrive.</summary>
    public required double Rate { get; init; }

    /// <summary>What it was drawn with; 0 for a trace.</summary>
    public required int Seed { get; init; }
}
