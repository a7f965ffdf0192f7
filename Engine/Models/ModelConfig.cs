namespace Preble.Engine.Models;

/// <summary>What <c>config.json</c> and <c>generation_config.json</c> say of a Llama-architecture model, checked.</summary>
public sealed record ModelConfig
{
    /// <summary>The <c>model_type</c>: llama, mistral or qwen2.</summary>
    public required string ModelType { get; init; }

    /// <summary>Size of the vocabulary, in tokens.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of the feed-forward layer.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of transformer layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Number of query heads; a multiple of <see cref="KeyValueHeads"/>.</summary>
    public required int Heads { get; init; }

    /// <summary>Number of key-value heads.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Size of a head; even.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Added to the mean square in RMSNorm.</summary>
    public required float RmsEpsilon { get; init; }

    /// <summary>Base of the rotary frequencies.</summary>
    public required double RopeTheta { get; init; }

    /// <summary>Scaling of the rotary frequencies.</summary>
    public required RopeScaling RopeScaling { get; init; }

    /// <summary>Longest context, in tokens (<c>max_position_embeddings</c>).</summary>
    public required int ContextTokensMax { get; init; }

    /// <summary>Whether the output matrix is the embedding matrix.</summary>
    public required bool TiedEmbeddings { get; init; }

    /// <summary>Whether the query, key and value projections have biases.</summary>
    public required bool QueryKeyValueBias { get; init; }

    /// <summary>Whether the output projection of the attention has a bias.</summary>
    public required bool AttentionOutputBias { get; init; }

    /// <summary>Whether the feed-forward projections have biases.</summary>
    public required bool FeedForwardBias { get; init; }

    /// <summary>Token that begins a text, if the model has one.</summary>
    public required int? BosTokenId { get; init; }

    /// <summary>Tokens that end a generation, of both files, ascending; may be empty.</summary>
    public required IReadOnlyList<int> EosTokenIds { get; init; }

    /// <summary>Query heads that share a key-value head.</summary>
    public int HeadsPerKeyValueHead => Heads / KeyValueHeads;

    /// <summary>Reads <c>config.json</c> and, where it exists, <c>generation_config.json</c>.</summary>
    /// <param name="folder">A model folder in Hugging Face layout.</param>
    /// <exception cref="Weights.ModelFormatException">The folder or file is missing or damaged, or asks for what this engine does not compute; names
    /// file and field.</exception>
    public static ModelConfig Load(string folder) => ModelConfigReader.Read(folder);
}
