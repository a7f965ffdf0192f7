namespace Preble.Core.Placement;

/// <summary>
/// A running mean of output lengths. The first answers are averaged with equal weights, so that the guess it starts from is forgotten with the first
/// of them. An oracle of each length would not place better, so nothing finer is kept.
/// </summary>
internal sealed class OutputLength(double guess, double smoothing)
{
    private long _count;
    private double _meanSquare = guess * guess;

    public double MeanTokens { get; private set; } = guess;

    /// <summary>
    /// Mean length of those that are under way at a time: longer ones are so for longer. What is left of them is as much in mean as if all
    /// were of this length.
    /// </summary>
    public double UnderWayTokens => MeanTokens > 0 ? _meanSquare / MeanTokens : 0;

    public void Add(double tokens)
    {
        _count++;
        double weight = Math.Max(smoothing, 1.0 / _count);
        MeanTokens += (tokens - MeanTokens) * weight;
        _meanSquare += ((tokens * tokens) - _meanSquare) * weight;
    }
}
