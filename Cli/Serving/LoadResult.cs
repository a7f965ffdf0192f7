namespace Preble.Cli.Serving;

/// <summary>What came of a load.</summary>
/// <param name="Measurements">Of the requests that were sent, in the order of the workload.</param>
/// <param name="Seconds">From the start to the last end.</param>
/// <param name="Interrupted">Whether the user ended it.</param>
internal sealed record LoadResult(IReadOnlyList<StreamMeasurement> Measurements, double Seconds, bool Interrupted);
