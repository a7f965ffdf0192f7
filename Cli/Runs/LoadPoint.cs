using Preble.Core.Simulation;
using Preble.Core.Workloads;

namespace Preble.Cli.Runs;

/// <summary>One workload at one rate, and what came of it under each policy.</summary>
/// <param name="Workload">The same for all policies.</param>
/// <param name="Results">One for each policy, in the order asked for.</param>
internal sealed record LoadPoint(Workload Workload, IReadOnlyList<SimulationResult> Results);
