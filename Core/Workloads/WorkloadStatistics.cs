namespace Preble.Core.Workloads;

/// <summary>
/// What a workload is like: lengths, times, and how much of its prompts is shared, as the study of the paper measures it (appendix A). Means over requests
/// unless said otherwise.
/// </summary>
public sealed record WorkloadStatistics
{
    /// <summary>Tokens in a page of <see cref="HitRatio"/>.</summary>
    public const int PageTokens = 16;

    public required int Requests { get; init; }

    /// <summary>Requests that follow on another one of their conversation.</summary>
    public required int FollowUps { get; init; }

    /// <summary>From the first arrival to the last.</summary>
    public required double Seconds { get; init; }

    /// <summary>As <see cref="Workload.Rate"/>.</summary>
    public required double Rate { get; init; }

    /// <summary>Between two arrivals. [seconds]</summary>
    public required LengthSummary Gap { get; init; }

    /// <summary>Standard deviation of the gaps over their mean: 1 is a Poisson process, more comes in bursts. 0 if all come at once.</summary>
    public double GapVariation => Gap.Mean > 0 ? Gap.Deviation / Gap.Mean : 0;

    /// <summary>[tokens]</summary>
    public required LengthSummary Prompt { get; init; }

    /// <summary>[tokens]</summary>
    public required LengthSummary Output { get; init; }

    /// <summary>Share of a prompt that is a prefix of at least one other prompt too, sooner or later: the paper's words.</summary>
    public required LengthSummary SharedShare { get; init; }

    /// <summary>
    /// Share of a prompt that an infinite cache finds: what an earlier request of the workload began with, its answer included. The first to have a prefix
    /// finds nothing. The paper's table can only mean this: its deviations (32 % of the video questions, of which 8.6 share a clip) are those of a share that
    /// is 0 for one in 8.6.
    /// </summary>
    public required LengthSummary FoundShare { get; init; }

    /// <summary>
    /// Share of a prompt that is its key portion: the deepest node on its way in the tree of all prompts that has more tokens than all those above it.
    /// </summary>
    public required LengthSummary KeyPortionShare { get; init; }

    /// <summary>Requests with the same key portion: mean over key portions, not over requests.</summary>
    public required LengthSummary KeyPortionSharers { get; init; }

    /// <summary>
    /// Share of all prompt tokens that an infinite cache of whole pages of <see cref="PageTokens"/> finds: the most that any placement can reach. At least one
    /// token of each prompt is computed.
    /// </summary>
    public required double HitRatio { get; init; }

    /// <summary>Tokens of all prompts and answers without what they have in common: what an infinite cache holds at the end. [tokens]</summary>
    public required long DistinctTokens { get; init; }

    /// <summary>Measures a workload. Time and memory grow with its segments, not with its tokens.</summary>
    public static WorkloadStatistics Of(Workload workload)
    {
        ArgumentNullException.ThrowIfNull(workload);
        IReadOnlyList<WorkloadRequest> requests = workload.Requests;
        var tree = new SegmentTree();
        double[] found = Found(requests, tree, out long pageHits, out long promptTokens);
        double[] shared = new double[requests.Count];
        double[] key = new double[requests.Count];
        var sharers = new Dictionary<int, int>();
        var steps = new List<SegmentTree.Step>();
        for (int i = 0; i < requests.Count; i++)
        {
            tree.Trace(requests[i].Prompt.Span, steps);
            double tokens = 0;
            SegmentTree.Step portion = default;
            foreach (SegmentTree.Step step in steps)
            {
                portion = step.Tokens > tokens ? step : portion;
                tokens += step.Tokens;
                shared[i] = step.Prompts > 1 ? tokens : shared[i];
            }

            shared[i] /= tokens;
            key[i] = portion.Tokens / tokens;
            sharers[portion.Node] = sharers.GetValueOrDefault(portion.Node) + 1;
        }

        return new WorkloadStatistics
        {
            Requests = requests.Count,
            FollowUps = requests.Count(request => request.After >= 0),
            Seconds = requests.Count > 0 ? (requests[^1].Arrival - requests[0].Arrival).TotalSeconds : 0,
            Rate = workload.Rate,
            Gap = LengthSummary.Of(requests.Zip(requests.Skip(1), (before, after) => (after.Arrival - before.Arrival).TotalSeconds).ToArray()),
            Prompt = LengthSummary.Of(requests.Select(request => (double)request.PromptTokens).ToArray()),
            Output = LengthSummary.Of(requests.Select(request => (double)request.Output.Tokens).ToArray()),
            SharedShare = LengthSummary.Of(shared),
            FoundShare = LengthSummary.Of(found),
            KeyPortionShare = LengthSummary.Of(key),
            KeyPortionSharers = LengthSummary.Of(sharers.Values.Select(count => (double)count).ToArray()),
            HitRatio = promptTokens > 0 ? (double)pageHits / promptTokens : 0,
            DistinctTokens = tree.Tokens,
        };
    }

    /// <summary>Builds the tree in the order of the requests, and measures what each finds in it.</summary>
    private static double[] Found(IReadOnlyList<WorkloadRequest> requests, SegmentTree tree, out long pageHits, out long promptTokens)
    {
        var found = new double[requests.Count];
        var segments = new List<PromptSegment>();
        pageHits = 0;
        promptTokens = 0;
        for (int i = 0; i < requests.Count; i++)
        {
            segments.Clear();
            segments.AddRange(requests[i].Prompt.Span);
            segments.Add(requests[i].Output);
            int tokens = requests[i].PromptTokens;
            int hit = tree.Add(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(segments), segments.Count - 1);
            found[i] = (double)hit / tokens;
            pageHits += Math.Min(hit, tokens - 1) / PageTokens * PageTokens;
            promptTokens += tokens;
        }

        return found;
    }
}
