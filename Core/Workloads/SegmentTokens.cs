namespace Preble.Core.Workloads;

/// <summary>The tokens of segments: a hash of content and position, so that a prompt of any length is made in no time and stored by nobody.</summary>
public static class SegmentTokens
{
    /// <summary>The token of a content at a position.</summary>
    /// <param name="content">Of the segment.</param>
    /// <param name="position">From 0, below the length of the segment.</param>
    /// <param name="vocabulary">Tokens are below it, at least 1.</param>
    public static int At(ulong content, int position, int vocabulary)
    {
        ulong mixed = (content ^ ((ulong)position * 0x9E3779B97F4A7C15)) * 0xD1342543DE82EF95;
        mixed = (mixed ^ (mixed >> 32)) * 0xBF58476D1CE4E5B9;
        return (int)(((mixed >> 32) * (ulong)vocabulary) >> 32);
    }

    /// <summary>The tokens of a prompt. [sum of the lengths]</summary>
    public static int[] Of(ReadOnlySpan<PromptSegment> prompt, int vocabulary)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        int length = 0;
        foreach (PromptSegment segment in prompt)
        {
            length += segment.Tokens;
        }

        var tokens = new int[length];
        Span<int> rest = tokens;
        foreach (PromptSegment segment in prompt)
        {
            for (int i = 0; i < segment.Tokens; i++)
            {
                rest[i] = At(segment.Content, i, vocabulary);
            }

            rest = rest[segment.Tokens..];
        }

        return tokens;
    }
}
