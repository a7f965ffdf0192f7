namespace Preble.Core.Serving;

/// <summary>
/// How the next token of a sequence follows from its logits, said so that a forward pass can choose it where the logits are. First the adjustments;
/// then the likeliest token, or a draw under min_p, top_k and top_p in this order. The draw runs over the kept tokens in order of their ids and takes
/// the first whose running sum of weights exceeds the draw's share of their sum.
/// </summary>
/// <param name="Temperature">Divides the logits; 0 for the likeliest token, the lowest id of equals.</param>
/// <param name="TopK">So many of the likeliest tokens; 0 or less for all.</param>
/// <param name="TopP">Share of the weight that the fewest likeliest tokens must reach; 1 for all.</param>
/// <param name="MinP">Least weight of a token, the likeliest having 1; 0 for all.</param>
/// <param name="Uniform">The draw, from 0 on, less than 1.</param>
/// <param name="Adjustments">At most one for each token; ids outside of the vocabulary are passed over. Valid until the sampler that gave them is called again.</param>
public readonly record struct TokenChoice(
    double Temperature, int TopK, double TopP, double MinP, double Uniform, ReadOnlyMemory<TokenAdjustment> Adjustments)
{
    /// <summary>The likeliest token of the logits as they are.</summary>
    public static TokenChoice Greedy => new(0, 0, 1, 0, 0, default);
}
