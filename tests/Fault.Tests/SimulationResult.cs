using Preble.Grains.Interfaces;

namespace Preble.Fault.Tests;

/// <summary>What came of a run in which all that must hold did.</summary>
/// <param name="TraceHash">Equal for runs in which the same happened.</param>
/// <param name="Outcomes">How the requests ended.</param>
internal sealed record SimulationResult(ulong TraceHash, IReadOnlyList<Outcome> Outcomes);
