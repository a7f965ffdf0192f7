namespace Preble.Core.Placement;

/// <summary>
/// A running mean of output lengths. The first answers are averaged with equal weights, so that the guess it starts from is forgotten with the first
/// of them. An oracle of each length would not place better, so nothing finer is kept.
/// </summary>
internal sealed class OutputLength(double guess, double smoothing)
{
    private long _count;

    public double MeanTokens { get; private set; } = guess;

    public void Add(double tokens)
    {
        _count++;
        MeanTokens += (tokens - MeanTokens) * Math.Max(smoothing, 1.0 / _count);
    }
}
