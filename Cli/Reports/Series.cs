namespace Preble.Cli.Reports;

/// <summary>One line of a chart.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="Colour">Number of its colour.</param>
/// <param name="Points">In the order of x.</param>
internal sealed record Series(string Name, int Colour, IReadOnlyList<(double X, double Y)> Points);
