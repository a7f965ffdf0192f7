namespace Preble.Core.Placement;

/// <summary>Everything that a policy may base its choice on.</summary>
public readonly ref struct PlacementInput
{
    public required RequestId Request { get; init; }

    public required int PromptTokens { get; init; }

    /// <summary>Keys of the prompt's whole pages; none if whoever asked did not send them. [pages]</summary>
    public required ReadOnlySpan<PageKey> Keys { get; init; }

    /// <summary>
    /// Page counts at which the nodes of the matched path end in the prefix tree, ascending, the last where the match of any worker does; none if whoever
    /// asked did not send them. [nodes]
    /// </summary>
    public required ReadOnlySpan<int> PathEnds { get; init; }

    /// <summary>Tokens in a page.</summary>
    public required int PageTokens { get; init; }

    /// <summary>Sequences wanted for the prompt.</summary>
    public required int Choices { get; init; }

    /// <summary>Tokens that each choice is expected to produce: the running mean of all, no more than the request allows. (O)</summary>
    public required double OutputTokens { get; init; }

    /// <summary>Mean length of the answers that are under way at a time: longer than that of all answers, as longer ones are so for longer.</summary>
    public required double UnderWayTokens { get; init; }

    /// <summary>Share of evicted pages that are asked for again soon, from 0 to 1: what it costs to drive out what a worker has cached.</summary>
    public required double EvictionRegret { get; init; }

    /// <summary>Leading tokens that prompts have in common which went on otherwise, as far as any worker has them: what is behind them is this prompt's alone.</summary>
    public required int SharedTokens { get; init; }

    /// <summary>At least one, in the order in which the workers joined.</summary>
    public required ReadOnlySpan<Candidate> Candidates { get; init; }

    /// <summary>Tokens that the candidate has cached that has most. Looks through all of them.</summary>
    public int LongestCachedTokens
    {
        get
        {
            int longest = 0;
            foreach (ref readonly Candidate candidate in Candidates)
            {
                longest = Math.Max(longest, candidate.CachedTokens);
            }

            return longest;
        }
    }

    /// <summary>Number of the decision, from 0: ties are broken by rotation with it.</summary>
    public required long Decision { get; init; }

    /// <summary>On the scheduler's clock, never less than before.</summary>
    public required TimeSpan Now { get; init; }
}
