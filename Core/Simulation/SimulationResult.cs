namespace Preble.Core.Simulation;

/// <summary>What a simulation measured. The distributions are over completed requests.</summary>
public sealed record SimulationResult
{
    public required string Policy { get; init; }

    /// <summary>In the workload.</summary>
    public required int Requests { get; init; }

    public required int Completed { get; init; }

    public required int Rejected { get; init; }

    /// <summary>From sending to the last token (E2E). [seconds]</summary>
    public required Distribution Latency { get; init; }

    /// <summary>From sending to the first token. [seconds]</summary>
    public required Distribution Ttft { get; init; }

    /// <summary>Between two tokens after the first, of requests with more than one. [seconds]</summary>
    public required Distribution Tpot { get; init; }

    /// <summary>Share of the prompt tokens that workers found cached.</summary>
    public required double HitRatio { get; init; }

    /// <summary>From the first request to the last token.</summary>
    public required double MakespanSeconds { get; init; }

    /// <summary>Time in steps of the busiest worker over the mean of all: 1 is even.</summary>
    public required double LoadImbalance { get; init; }

    /// <summary>One for each request of the workload, in its order.</summary>
    public required IReadOnlyList<RequestRecord> Records { get; init; }

    /// <summary>One for each worker.</summary>
    public required IReadOnlyList<WorkerTotals> Workers { get; init; }

    /// <summary>In order of time; empty unless <see cref="SimulationOptions.SampleSeconds"/> says to take them.</summary>
    public required IReadOnlyList<LoadSample> Samples { get; init; }
}
