using System.Globalization;
using Preble.Cli.CommandLine;
using Preble.Core.Simulation;
using Preble.Core.Workloads;

namespace Preble.Cli.Runs;

/// <summary>The workers that a simulation has.</summary>
internal sealed record Cluster
{
    /// <summary>Tokens in a page of the simulated caches.</summary>
    private const int PageTokens = 16;

    /// <summary>One entry a worker.</summary>
    public required IReadOnlyList<Hardware> Workers { get; init; }

    /// <summary>What the workers are, in the order in which it is dealt over them.</summary>
    public required IReadOnlyList<Hardware> Kinds { get; init; }

    /// <summary>Order of the workers' queues.</summary>
    public required string Queue { get; init; }

    /// <summary>Tokens of a step; 0 computes whole prompts.</summary>
    public required int ChunkTokens { get; init; }

    /// <summary>Tokens that all workers hold together.</summary>
    public long KvTokens => Workers.Sum(worker => (long)worker.KvTokens);

    /// <summary>Deals kinds of hardware over workers in turn.</summary>
    /// <exception cref="UsageException">They hold more than any workload is sized for.</exception>
    public static IReadOnlyList<Hardware> Deal(IReadOnlyList<Hardware> kinds, int workers)
    {
        Hardware[] dealt = [.. Enumerable.Range(0, workers).Select(worker => kinds[worker % kinds.Count])];
        long tokens = dealt.Sum(worker => (long)worker.KvTokens);
        return tokens <= WorkloadOptions.KvTokensMax ? dealt : throw new UsageException(string.Create(
            CultureInfo.InvariantCulture,
            $"--workers {workers} hold {tokens:N0} KV tokens together; allowed: {WorkloadOptions.KvTokensMax:N0} at most, by fewer of them or by --kv-tokens."));
    }

    /// <summary>Throws unless each request of a workload fits into some worker.</summary>
    /// <exception cref="UsageException">One does not.</exception>
    public void CheckRoom(Workload workload)
    {
        int room = Workers.Max(worker => worker.KvTokens);
        WorkloadRequest largest = workload.Requests.MaxBy(KvTokensOf)!;
        long needed = KvTokensOf(largest);
        if (needed > room)
        {
            string what = string.Create(CultureInfo.InvariantCulture, $"needs {needed:N0} KV tokens, but no worker holds more than {room:N0}");
            throw new UsageException($"Request {largest.Index} of {workload.Name} {what}; allowed: --kv-tokens {needed} or more.");
        }
    }

    /// <summary>What a request takes of a worker's memory at its end, in whole pages.</summary>
    private static long KvTokensOf(WorkloadRequest request) => (request.PromptTokens + (long)request.Output.Tokens + PageTokens - 1) / PageTokens * PageTokens;

    /// <summary>In words, for a head line.</summary>
    public string Describe()
    {
        IEnumerable<string> kinds = Workers.GroupBy(worker => worker.Name).Select(kind => $"{kind.Count()} {kind.Key}");
        string chunks = ChunkTokens == 0 ? "whole prompts" : string.Create(CultureInfo.InvariantCulture, $"chunks of {ChunkTokens:N0} tokens");
        return string.Create(CultureInfo.InvariantCulture, $"{string.Join(" + ", kinds)}, {KvTokens:N0} KV tokens, queue {Queue}, {chunks}");
    }
}
