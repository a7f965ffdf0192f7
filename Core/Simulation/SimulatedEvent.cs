namespace Preble.Core.Simulation;

/// <summary>What happens next in a simulation.</summary>
/// <param name="Kind">Which of the others are meaningful.</param>
/// <param name="Index">Of a worker; of a request of the workload if it is an arrival.</param>
/// <param name="Request">A request under way.</param>
/// <param name="Feedback">What a worker tells.</param>
internal readonly record struct SimulatedEvent(SimulatedEventKind Kind, int Index = -1, SimulatedRequest? Request = null, Feedback? Feedback = null);
