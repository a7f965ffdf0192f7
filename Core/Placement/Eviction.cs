namespace Preble.Core.Placement;

/// <summary>
/// What a worker's local LRU would give up to fit a prompt, summed over the victims j so that any rates can price it: computing them again takes
/// <c>Alpha * Tokens + Beta * HalfSquares</c> seconds, as prefill is quadratic. N_j is the share of the worker's requests in the window that went
/// through j (Preble, M_i of Algorithm 2).
/// </summary>
/// <param name="Tokens">Sum of len_j * N_j.</param>
/// <param name="HalfSquares">Sum of len_j * len_j / 2 * N_j.</param>
public readonly record struct Eviction(double Tokens, double HalfSquares)
{
    /// <summary>Seconds to compute the victims again at the given rates.</summary>
    public double Seconds(in WorkerRates rates) => (rates.Alpha * Tokens) + (rates.Beta * HalfSquares);

    internal static Eviction Of(int tokens, double uses) => new(tokens * uses, 0.5 * tokens * tokens * uses);

    public static Eviction operator +(Eviction left, Eviction right) => new(left.Tokens + right.Tokens, left.HalfSquares + right.HalfSquares);

    public static Eviction operator *(Eviction left, double factor) => new(left.Tokens * factor, left.HalfSquares * factor);
}
