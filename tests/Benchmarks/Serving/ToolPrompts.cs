using System.Runtime.InteropServices;
using Preble.Core;
using Preble.Core.Workloads;
using Preble.Grains.Interfaces;

namespace Preble.Benchmarks.Serving;

/// <summary>Prompts like those of ToolBench, of 1,835 tokens in the mean, with the keys that a gateway computes for them.</summary>
internal sealed class ToolPrompts
{
    private const int Vocabulary = 32_000;
    private readonly int[][] _tokens;
    private readonly ulong[][] _keys;

    /// <param name="count">How many are drawn; after the last comes the first again.</param>
    public ToolPrompts(int count)
    {
        IReadOnlyList<WorkloadRequest> requests = WorkloadCatalog.Create("toolbench", new WorkloadOptions { Rate = 1000, Requests = count, Seed = 1, Workers = 4 }).Requests;
        ulong seed = PageKeys.Seed(ServingCluster.Model, "", 0);
        _tokens = [.. requests.Select(request => SegmentTokens.Of(request.Prompt.Span, Vocabulary))];
        _keys = Array.ConvertAll(_tokens, tokens => MemoryMarshal.Cast<PageKey, ulong>(PageKeys.Compute(seed, tokens, ServingCluster.PageTokens)).ToArray());
    }

    public int Count => _tokens.Length;

    public double MeanTokens => _tokens.Average(tokens => tokens.Length);

    public ulong[] Keys(int index) => _keys[index % Count];

    public PlacementRequest Placement(int index, string id) => new()
    {
        RequestId = id,
        PageKeys = Keys(index),
        PromptTokens = _tokens[index % Count].Length,
        MaxNewTokens = 64,
        Choices = 1,
        ExcludedWorkers = [],
    };

    public GenerateRequest Request(int index, string id, int maxTokens) => new()
    {
        RequestId = id,
        Model = ServingCluster.Model,
        PromptTokens = _tokens[index % Count],
        PageKeySeed = 1,
        PageKeys = Keys(index),
        Choices = 1,
        Sampling = SamplingOptions.Greedy(maxTokens),
    };
}
