namespace Preble.Core.Serving;

/// <summary>What one sequence contributes to a step.</summary>
/// <param name="Tokens">The tokens to compute: one for a decode, a chunk of the prompt for a prefill. [tokens], at least one.</param>
/// <param name="Start">Position of the first of them; everything before it stands in the pages.</param>
/// <param name="Pages">Page ids of the sequence; position p lives in slot <c>p % PageTokens</c> of page <c>Pages[p / PageTokens]</c>. Covers all
/// positions up to the last token.</param>
/// <param name="WantsLogits">Whether the logits after the last token are wanted.</param>
public readonly record struct BatchEntry(ReadOnlyMemory<int> Tokens, int Start, ReadOnlyMemory<int> Pages, bool WantsLogits)
{
    /// <summary>
    /// How the pass is to choose the token after the last one, instead of giving its logits; null for the logits. Only of an entry with <see
    /// cref="WantsLogits"/>, for a pass that <see cref="IForwardPass.ChoosesTokens"/>.
    /// </summary>
    public TokenChoice? Choice { get; init; }
}
