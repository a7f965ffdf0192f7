using Preble.Core.Simulation;
using Preble.Core.Workloads;

namespace Preble.Cli.Runs;

/// <summary>A simulation to be run.</summary>
/// <param name="Name">For whoever watches.</param>
/// <param name="Workload">What is sent.</param>
/// <param name="Options">To what.</param>
/// <param name="KeepsRecords">Whether what became of each request is wanted; of many runs that is more than memory holds.</param>
internal sealed record PlannedRun(string Name, Workload Workload, SimulationOptions Options, bool KeepsRecords);
