namespace Preble.Engine.Text;

/// <summary>What a tokenizer.json says, checked: all that <see cref="Tokenizer"/> is built from.</summary>
internal sealed record TokenizerModel
{
    /// <summary>Bytes of each token; empty for an id that no token has. [vocabulary]</summary>
    internal required byte[][] TokenBytes { get; init; }

    /// <summary>Ids by the token's name in the file.</summary>
    internal required IReadOnlyDictionary<string, int> Ids { get; init; }

    /// <summary>Ids of the model's own vocabulary by bytes, for models that take whole words before merging; null for others.</summary>
    internal required Dictionary<byte[], int>? WholeWords { get; init; }

    /// <summary>Merges in order of rank.</summary>
    internal required IReadOnlyList<(int Left, int Right, int Merged)> Merges { get; init; }

    /// <summary>Ids of the single bytes, -1 where there is none. [256]</summary>
    internal required int[] IdOfByte { get; init; }

    /// <summary>Id for bytes without one, or -1.</summary>
    internal required int Unknown { get; init; }

    /// <summary>Tokens that are found as a whole.</summary>
    internal required IReadOnlyList<AddedToken> AddedTokens { get; init; }

    /// <summary>Whether text is brought to normalization form C first.</summary>
    internal required bool NormalizesToNfc { get; init; }

    /// <summary>How text is cut into words.</summary>
    internal required PreTokenizer PreTokenizer { get; init; }

    /// <summary>Tokens put before the text when special tokens are asked for.</summary>
    internal required int[] Prefix { get; init; }

    /// <summary>Tokens put behind it.</summary>
    internal required int[] Suffix { get; init; }
}
