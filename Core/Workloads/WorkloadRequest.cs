namespace Preble.Core.Workloads;

/// <summary>One request of a workload: when it is sent, what it asks, and how long its answer is. Its tokens are made when it is sent (<see cref="SegmentTokens"/>).</summary>
public sealed record WorkloadRequest
{
    /// <summary>Its place in <see cref="Workload.Requests"/>.</summary>
    public required int Index { get; init; }

    /// <summary>When it is sent, since the start; a request that follows another (<see cref="After"/>) is sent when that one has ended, if that is later.</summary>
    public required TimeSpan Arrival { get; init; }

    /// <summary>The prompt, in order. At least one segment, each of at least one token.</summary>
    public required ReadOnlyMemory<PromptSegment> Prompt { get; init; }

    /// <summary>
    /// The answer, of at least one token. A later turn that has this segment in its prompt, behind the same prompt, finds it cached where it was
    /// produced.
    /// </summary>
    public required PromptSegment Output { get; init; }

    /// <summary>Index of the request that must have ended before this one is sent, as the next turn of a conversation; -1 for none. Less than <see cref="Index"/>.</summary>
    public int After { get; init; } = -1;

    /// <summary>Length of the prompt. [tokens]</summary>
    public int PromptTokens
    {
        get
        {
            int sum = 0;
            foreach (PromptSegment segment in Prompt.Span)
            {
                sum += segment.Tokens;
            }

            return sum;
        }
    }
}
