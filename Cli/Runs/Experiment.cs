using Preble.Core.Placement;
using Preble.Core.Simulation;

namespace Preble.Cli.Runs;

/// <summary>A set of simulations that are compared: the same cluster and kind of workload, several policies, at one rate or at several.</summary>
internal sealed record Experiment
{
    /// <summary>Samples of the load while requests arrive.</summary>
    private const int SamplesPerWorkload = 240;

    /// <summary>Seconds between two samples, at least, for each worker.</summary>
    private const double SampleSecondsPerWorker = 0.001;

    /// <summary>The command line that gives it.</summary>
    public required string Command { get; init; }

    public required Cluster Cluster { get; init; }

    /// <summary>Name of the file that the requests come from; null where they are generated.</summary>
    public string? Trace { get; init; }

    public required int Seed { get; init; }

    public required SimulationFaults Faults { get; init; }

    /// <summary>Names of the policies.</summary>
    public required IReadOnlyList<string> Policies { get; init; }

    /// <summary>Their constants.</summary>
    public PolicyOptions PolicyOptions { get; init; } = new();

    /// <summary>In the order of the rates; at least one.</summary>
    public IReadOnlyList<LoadPoint> Points { get; init; } = [];

    /// <summary>What a simulation of it is run with.</summary>
    /// <param name="policy">Name of the policy.</param>
    /// <param name="sampledFor">The workload over whose length the load is sampled; null samples nothing.</param>
    public SimulationOptions Options(string policy, Core.Workloads.Workload? sampledFor) => new()
    {
        Workers = Cluster.Workers,
        Policy = policy,
        PolicyOptions = PolicyOptions,
        QueueOrder = Cluster.Queue,
        ChunkTokens = Cluster.ChunkTokens,
        Faults = Faults,
        Seed = Seed,
        SampleSeconds = sampledFor is null ? 0 : SampleSeconds(sampledFor.Requests[^1].Arrival.TotalSeconds),
    };

    /// <summary>Fine enough for a chart, and never so fine that the samples of many workers fill the memory when the queues take long to drain.</summary>
    private double SampleSeconds(double arrivals) => Math.Max(arrivals > 0 ? arrivals / SamplesPerWorkload : 0.1, Cluster.Workers.Count * SampleSecondsPerWorker);
}
