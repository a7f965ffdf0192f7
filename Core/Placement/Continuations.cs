namespace Preble.Core.Placement;

/// <summary>
/// How many prompts go on where an earlier one alone had got to, as the turns of a chat or of an agent do: learned from how often one found there what no
/// other prompt goes through. Nothing where prompts share only what many share.
/// </summary>
internal sealed class Continuations
{
    /// <summary>Prompts over which the share of those that go on is a mean.</summary>
    public const int Span = 128;

    /// <summary>
    /// Turns that are counted at most: how long memory that is free now stays so is not known. In simulation twice as many take 8 % longer where workers
    /// differ little in speed, and 6 % less where they differ by three.
    /// </summary>
    public const double TurnsMax = 4;

    private double _share;

    /// <summary>Prompts that are expected to go on after one, one after the other.</summary>
    public double Expected => Math.Min(TurnsMax, _share / (1 - _share));

    /// <summary>A prompt was placed.</summary>
    /// <param name="goesOn">Whether some of what was cached of it is its own.</param>
    public void Add(bool goesOn) => _share += ((goesOn ? 1 : 0) - _share) / Span;
}
