namespace Preble.Core.Placement;

/// <summary>Names the first part of a prompt, for policies that place by it.</summary>
internal static class PrefixDepth
{
    /// <summary>
    /// Whole pages that a depth in tokens covers, at least one and at most all of the prompt. Requires that the input has keys.
    /// </summary>
    public static int Pages(in PlacementInput input, int tokens) => Math.Clamp(tokens / input.PageTokens, 1, input.Keys.Length);

    /// <summary>The key of the prompt's first <paramref name="tokens"/>: equal for prompts that agree on them. Requires that the input has keys.</summary>
    public static ulong Key(in PlacementInput input, int tokens) => input.Keys[Pages(input, tokens) - 1].Value;
}
