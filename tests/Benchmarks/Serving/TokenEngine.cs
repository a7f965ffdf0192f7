using System.Diagnostics;
using System.Runtime.CompilerServices;
using Preble.Grains;
using Preble.Grains.Interfaces;

namespace Preble.Benchmarks.Serving;

/// <summary>An engine that computes nothing: what a request takes with it is what the grains take.</summary>
/// <param name="workerId">Its id.</param>
internal sealed class TokenEngine(string workerId) : IWorkerEngine
{
    /// <summary>Waited for before every token; without it each comes a turn after it was asked for.</summary>
    public Func<Task>? Gate { get; set; }

    /// <summary>Told of every request that has arrived.</summary>
    public Action? Arrived { get; set; }

    /// <summary>When the last token was made. [timestamp]</summary>
    public long ProducedAt { get; private set; }

    public async IAsyncEnumerable<GenerationEvent> GenerateAsync(GenerateRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Arrived?.Invoke();
        int left = request.Sampling.MaxTokens;
        for (int token = 1; token <= left; token++)
        {
            if (Gate is { } gate)
            {
                await gate().WaitAsync(cancellationToken);
            }
            else
            {
                await Task.Yield();
            }

            ProducedAt = Stopwatch.GetTimestamp();
            yield return new GenerationEvent { Choice = 0, Tokens = [token], Text = "word ", CachedTokens = 0, WorkerId = workerId, Finish = token == left ? "length" : null };
        }
    }

    public Task<CacheDump> DumpCacheAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new CacheDump { WorkerId = workerId, Epoch = 1, Sequence = 0, Paths = [] });
}
