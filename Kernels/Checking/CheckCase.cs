namespace Preble.Kernels.Checking;

/// <summary>One shape of one op, and how it is checked: the work makes inputs, runs the op, and hands what came out to the run to compare.</summary>
/// <param name="Op">Name of the op.</param>
/// <param name="Name">The shape in words.</param>
/// <param name="Check">Does it.</param>
internal sealed record CheckCase(string Op, string Name, Action<CheckRun> Check);
