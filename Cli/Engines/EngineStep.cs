namespace Preble.Cli.Engines;

/// <summary>One kind of step that was measured.</summary>
/// <param name="Kind"><c>prefill</c> or <c>decode</c>.</param>
/// <param name="Sequences">Sequences of the step.</param>
/// <param name="Tokens">Tokens that it computes.</param>
/// <param name="Context">Tokens of each sequence at its end.</param>
/// <param name="Times">Of the step.</param>
/// <param name="Bytes">That it must move.</param>
/// <param name="Operations">That it must compute.</param>
/// <param name="FloorSeconds">What the machine needs for the one or the other alone, whichever is longer.</param>
internal sealed record EngineStep(
    string Kind, int Sequences, int Tokens, int Context, StepTimes Times, double Bytes, double Operations, double FloorSeconds)
{
    public double TokensPerSecond => Tokens / Times.Median;

    /// <summary>How many times the floor it takes.</summary>
    public double TimesFloor => Times.Median / FloorSeconds;

    /// <summary>10^9 bytes a second.</summary>
    public double Gigabytes => Bytes / Times.Median / 1e9;

    /// <summary>10^12 operations a second.</summary>
    public double Teraflops => Operations / Times.Median / 1e12;
}
