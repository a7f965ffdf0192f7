using Preble.Engine.Models;

namespace Preble.Cli.Engines;

/// <summary>What a forward pass must do at least.</summary>
internal static class EngineWork
{
    /// <summary>Weights that a token is multiplied with: every matrix of every layer, and the output matrix. The embedding is only looked up.</summary>
    public static double Multiplied(ModelConfig c) => ((double)c.Layers * (Projection(c) + Rest(c))) + Output(c);

    /// <summary>
    /// Floating-point operations for tokens at positions [cached, cached + tokens) with logits for the last, two for a multiply-add: all of every layer,
    /// but of the last one only queries, keys and values for all tokens and the rest for the last token.
    /// </summary>
    public static double Operations(ModelConfig c, double cached, double tokens)
    {
        double attention = 4.0 * c.Heads * c.HeadDim;
        double pairs = tokens * (cached + ((tokens + 1) / 2));
        return (2 * c.Layers * tokens * Projection(c))
            + ((c.Layers - 1) * ((2 * tokens * Rest(c)) + (pairs * attention)))
            + (2 * Rest(c)) + ((cached + tokens) * attention) + (2 * Output(c));
    }

    /// <summary>Queries, keys and values.</summary>
    private static double Projection(ModelConfig c) => (double)c.HiddenSize * c.HeadDim * (c.Heads + (2 * c.KeyValueHeads));

    /// <summary>The attention's output and the feed-forward layer.</summary>
    private static double Rest(ModelConfig c) => (double)c.HiddenSize * ((c.Heads * c.HeadDim) + (3 * c.IntermediateSize));

    private static double Output(ModelConfig c) => (double)c.HiddenSize * c.VocabularySize;
}
