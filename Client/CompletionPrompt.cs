namespace Preble.Client;

/// <summary>A prompt: a text, or token ids of the model. Either converts to it by itself.</summary>
public sealed class CompletionPrompt
{
    private CompletionPrompt(string? text, ReadOnlyMemory<int> tokens)
    {
        Text = text;
        Tokens = tokens;
    }

    /// <summary>The text; null for one of tokens.</summary>
    public string? Text { get; }

    /// <summary>The tokens; empty for one of text.</summary>
    public ReadOnlyMemory<int> Tokens { get; }

    /// <summary>A prompt of text, which the model's tokenizer reads.</summary>
    public static implicit operator CompletionPrompt(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(text, default);
    }

    /// <summary>A prompt of token ids, which are taken as they are.</summary>
    public static implicit operator CompletionPrompt(int[] tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return new(null, tokens);
    }
}
