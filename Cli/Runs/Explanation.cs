using Preble.Core.Placement;
using Preble.Core.Simulation;
using Preble.Core.Workloads;

namespace Preble.Cli.Runs;

/// <summary>Why a request went where it went.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Record">What became of it.</param>
/// <param name="Decision">Its last placement; null if no worker could take it.</param>
internal sealed record Explanation(WorkloadRequest Request, RequestRecord Record, DecisionRecord? Decision);
