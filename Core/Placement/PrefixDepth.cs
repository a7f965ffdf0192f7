namespace Preble.Core.Placement;

/// <summary>Names the first part of a prompt, for policies that place by it.</summary>
internal static class PrefixDepth
{
    /// <summary>
    /// Whole pages that a depth in tokens covers, at least one and at most all of the prompt. Requires that the input has keys.
    /// </summary>
    public static int Pages(in PlacementInput input, int tokens)
    {
        // K keys for n tokens mean pages of P tokens with n/P - 1 < K <= n/P. For a depth D of whole pages that n reaches, D*K/n lies above D/P - 1
        // and not above D/P, so that rounding up gives D/P: prompts of all lengths agree on it, and nobody need know P.
        long pages = (((long)tokens * input.Keys.Length) + input.PromptTokens - 1) / input.PromptTokens;
        return (int)Math.Clamp(pages, 1, input.Keys.Length);
    }

    /// <summary>The key of the prompt's first <paramref name="tokens"/>: equal for prompts that agree on them. Requires that the input has keys.</summary>
    public static ulong Key(in PlacementInput input, int tokens) => input.Keys[Pages(input, tokens) - 1].Value;
}
