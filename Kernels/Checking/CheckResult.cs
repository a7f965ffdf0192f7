namespace Preble.Kernels.Checking;

/// <summary>How one case of one op compared with its reference in double precision.</summary>
/// <param name="Op">Name of the op.</param>
/// <param name="Case">Its shape.</param>
/// <param name="Error">Norm of the differences over the norm of the reference.</param>
/// <param name="Tolerance">What rounding allows of it; 0 where the result must be exact.</param>
/// <param name="Worst">Largest difference of one element, over its size and the root mean square of its row together.</param>
/// <param name="WorstTolerance">What rounding allows of it.</param>
/// <param name="Problem">What is wrong besides or because of the errors; null if all is right.</param>
public sealed record CheckResult(string Op, string Case, double Error, double Tolerance, double Worst, double WorstTolerance, string? Problem)
{
    /// <summary>Whether the kernel computes what it should.</summary>
    public bool Passed => Problem is null && Skipped is null;

    /// <summary>Why nothing was checked, in a line; null where something was.</summary>
    public string? Skipped { get; init; }

    /// <summary>Whether the kernel took the device with it, so that nothing more can be checked in this process.</summary>
    public bool LostDevice { get; init; }

    /// <summary>A case that came to no comparison.</summary>
    internal static CheckResult Broken(CheckCase one, string problem) => new(one.Op, one.Name, 0, 0, 0, 0, problem);
}
