using Preble.Core;
using Preble.Core.Workloads;

namespace Preble.Cli.Placing;

/// <summary>
/// The page keys of a workload's prompts, as a gateway computes them. After its last request it begins again with other endings, so that there are always new
/// pages behind the shared ones.
/// </summary>
internal sealed class PromptKeys
{
    private const int PageTokens = SchedulerBenchmark.PageTokens;
    private const int Vocabulary = 32_000;
    private const ulong Odd = 0x9E3779B97F4A7C15;
    private readonly IReadOnlyList<WorkloadRequest> _requests;
    private readonly ulong _seed = PageKeys.Seed("bench", "", 0);
    private readonly int[] _tokens;
    private long _next;

    public PromptKeys(Workload workload)
    {
        _requests = workload.Requests;
        TokensMax = workload.Requests.Max(request => request.PromptTokens);
        _tokens = new int[TokensMax];
    }

    /// <summary>Length of the longest prompt. [tokens]</summary>
    public int TokensMax { get; }

    /// <summary>Pages of the longest prompt.</summary>
    public int PagesMax => TokensMax / PageTokens;

    /// <summary>Computes the keys of the next prompt.</summary>
    /// <param name="keys">Receives them. [<see cref="PagesMax"/>]</param>
    /// <param name="outputTokens">Length of the answer. [tokens]</param>
    /// <returns>Length of the prompt. [tokens]</returns>
    public int Next(Span<PageKey> keys, out int outputTokens)
    {
        WorkloadRequest request = _requests[(int)(_next % _requests.Count)];
        ulong lap = (ulong)(_next++ / _requests.Count);
        ReadOnlySpan<PromptSegment> prompt = request.Prompt.Span;
        int length = 0;
        for (int i = 0; i < prompt.Length; i++)
        {
            ulong content = prompt[i].Content ^ (i == prompt.Length - 1 ? lap * Odd : 0);
            for (int position = 0; position < prompt[i].Tokens; position++)
            {
                _tokens[length++] = SegmentTokens.At(content, position, Vocabulary);
            }
        }

        PageKeys.Compute(_seed, _tokens.AsSpan(0, length), PageTokens, keys);
        outputTokens = request.Output.Tokens;
        return length;
    }
}
