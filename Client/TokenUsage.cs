namespace Preble.Client;

/// <summary>Tokens of a call. A prompt counts once, however many choices share it.</summary>
/// <param name="PromptTokens">Of all prompts.</param>
/// <param name="CompletionTokens">Of all choices.</param>
/// <param name="CachedTokens">Prompt tokens that no worker had to compute.</param>
public sealed record TokenUsage(int PromptTokens, int CompletionTokens, int CachedTokens)
{
    /// <summary>Of prompts and choices.</summary>
    public int TotalTokens => PromptTokens + CompletionTokens;
}
