namespace Preble.Client;

/// <summary>Prompts to complete.</summary>
public sealed record CompletionRequest : GenerationRequest
{
    /// <summary>At least one; all of text or all of tokens. The choices of all of them are numbered through.</summary>
    public required IReadOnlyList<CompletionPrompt> Prompts { get; init; }

    /// <summary>Whether the prompt's text comes before its completion.</summary>
    public bool Echo { get; init; }
}
