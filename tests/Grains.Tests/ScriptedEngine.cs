using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests;

/// <summary>
/// An engine whose tokens follow from the prompt and the position alone, as a greedy model's do: whatever engine produces them, however often the request
/// moved, the text is the same.
/// </summary>
internal sealed class ScriptedEngine(string workerId) : IWorkerEngine
{
    private readonly ConcurrentDictionary<string, int> _open = new();

    /// <summary>Tokens after which a stream breaks with <see cref="Outcome.WorkerLost"/>; null never.</summary>
    public int? DiesAfter { get; set; }

    /// <summary>Streams that break, the first ones.</summary>
    public int Deaths { get; set; } = int.MaxValue;

    /// <summary>Whether a break is an exception instead of an event.</summary>
    public bool DiesByException { get; set; }

    /// <summary>What the engine answers at once instead of running; null runs.</summary>
    public Outcome? Refuses { get; set; }

    /// <summary>Requests that it refuses, the first ones.</summary>
    public int Refusals { get; set; } = int.MaxValue;

    /// <summary>Cache events that there were.</summary>
    public long Events { get; set; }

    /// <summary>Waited for before every token.</summary>
    public Func<Task> Gate { get; set; } = () => Task.CompletedTask;

    /// <summary>What its cache holds, by the keys of the pages.</summary>
    public ulong[][] Cache { get; set; } = [];

    /// <summary>Requests received, in order.</summary>
    public ConcurrentQueue<GenerateRequest> Received { get; } = new();

    /// <summary>Streams that are being read.</summary>
    public int Open => _open.Count;

    public static int Token(GenerateRequest request, int choice, int position) =>
        Math.Abs(HashCode(request.PromptTokens) + (31 * choice) + (7 * position)) % 1000;

    public static int[] Whole(GenerateRequest request, int choice) =>
        [.. Enumerable.Range(0, request.Sampling.MaxTokens).Select(position => Token(request, choice, position))];

    public async IAsyncEnumerable<GenerationEvent> GenerateAsync(GenerateRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Received.Enqueue(request);
        if (Refuses is { } refusal && Refusals-- > 0)
        {
            yield return Failures.Event(workerId, refusal, "refused");
            yield break;
        }

        _open[request.RequestId] = 1;
        try
        {
            int[] next = [.. Enumerable.Range(0, request.Choices).Select(choice => request.Generated?[choice].Length ?? 0)];
            bool[] finished = request.Finished ?? new bool[request.Choices];
            int produced = 0;
            while (!Array.TrueForAll(finished, ended => ended))
            {
                for (int choice = 0; choice < request.Choices; choice++)
                {
                    if (finished[choice])
                    {
                        continue;
                    }

                    await Gate().WaitAsync(cancellationToken);
                    if (produced++ == DiesAfter && Deaths-- > 0)
                    {
                        if (DiesByException)
                        {
                            throw new IOException("connection reset");
                        }

                        yield return Failures.Event(workerId, Outcome.WorkerLost, "lost");
                        yield break;
                    }

                    int position = next[choice]++;
                    finished[choice] = next[choice] == request.Sampling.MaxTokens;
                    yield return new GenerationEvent
                    {
                        Choice = choice,
                        Tokens = [Token(request, choice, position)],
                        Text = $"{Token(request, choice, position)} ",
                        CachedTokens = 0,
                        WorkerId = workerId,
                        Finish = finished[choice] ? "length" : null,
                    };
                }
            }
        }
        finally
        {
            _open.TryRemove(request.RequestId, out _);
        }
    }

    public Task<CacheDump> DumpCacheAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new CacheDump { WorkerId = workerId, Epoch = 1, Sequence = Events, Paths = [.. Cache.Select(keys => new CachePath { Base = 0, Shared = 0, Keys = keys })] });

    private static int HashCode(int[] tokens) => tokens.Aggregate(17, (hash, token) => unchecked((hash * 31) + token)) & 0xffff;
}
