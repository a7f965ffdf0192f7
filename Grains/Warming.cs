using Preble.Grains.Interfaces;

namespace Preble.Grains;

/// <summary>
/// Has workers compute what one that leaves held: each prefix is placed as a request for one token, whose answer nobody reads. One after the other, the
/// hottest first, so that those who are served feel little of it. In the turns of a model's scheduler.
/// </summary>
/// <param name="grains">Gives the scheduler and the workers.</param>
/// <param name="model">Whose scheduler.</param>
/// <param name="freePages">Pages of a worker, by its id, that hold nothing: what is computed displaces nothing.</param>
/// <param name="clock">Bounds the time.</param>
internal sealed class Warming(IGrainFactory grains, string model, Func<string, int> freePages, TimeProvider clock)
{
    /// <summary>Prefixes of one worker at most.</summary>
    private const int PrefixesMax = 32;

    /// <summary>After these it ends with what is done.</summary>
    private const double SecondsMax = 20;

    private readonly ISchedulerGrain _scheduler = grains.GetGrain<ISchedulerGrain>(model);

    public async Task RunAsync(HandOver handOver)
    {
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(SecondsMax), clock);
        try
        {
            foreach (HotPrefix prefix in handOver.Prefixes.Take(PrefixesMax))
            {
                end.Token.ThrowIfCancellationRequested();
                await ComputeAsync(prefix, handOver.WorkerId, end.Token);
            }
        }
        catch (Exception)
        {
            // What is not handed over is computed again when it is asked for.
        }
    }

    private async Task ComputeAsync(HotPrefix prefix, string leaving, CancellationToken cancellationToken)
    {
        GenerateRequest request = Request(prefix);
        PlacementReply place = await _scheduler.PlaceAsync(new PlacementRequest
        {
            RequestId = request.RequestId,
            PageKeys = request.PageKeys,
            PromptTokens = request.PromptTokens.Length,
            MaxNewTokens = 1,
            Choices = 1,
            ExcludedWorkers = [leaving],
        });
        if (place.WorkerId is not { } worker)
        {
            return;
        }

        Outcome outcome = Outcome.Cancelled;
        long begun = clock.GetTimestamp();
        try
        {
            int pageTokens = prefix.Tokens.Length / prefix.PageKeys.Length;
            int missing = prefix.PageKeys.Length - (place.ExpectedCachedTokens / pageTokens);
            if (missing > 1 && missing < freePages(worker))
            {
                await foreach (GenerationEvent item in grains.GetGrain<IWorkerGrain>(worker).GenerateAsync(request, cancellationToken).WithCancellation(cancellationToken))
                {
                    outcome = item.Failure ?? Outcome.Completed;
                }
            }
        }
        finally
        {
            await _scheduler.CompleteAsync(new CompletionReport
            {
                RequestId = request.RequestId,
                WorkerId = worker,
                Outcome = outcome == Outcome.Completed ? Outcome.Cancelled : outcome,
                CachedTokens = place.ExpectedCachedTokens,
                OutputTokens = 0,
                TotalSeconds = clock.GetElapsedTime(begun).TotalSeconds,
            });
        }
    }

    private GenerateRequest Request(HotPrefix prefix) => new()
    {
        RequestId = $"hand-over-{Guid.NewGuid():N}",
        Model = model,
        PromptTokens = prefix.Tokens,
        PageKeySeed = prefix.PageKeySeed,
        PageKeys = prefix.PageKeys,
        Choices = 1,
        Sampling = SamplingOptions.Greedy(maxTokens: 1) with { IgnoreEndOfSequence = true },
    };
}
