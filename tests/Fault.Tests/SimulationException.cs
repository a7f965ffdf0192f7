namespace Preble.Fault.Tests;

/// <summary>A run in which something that must hold does not.</summary>
internal sealed class SimulationException(string message, Exception? inner = null) : Exception(message, inner);
