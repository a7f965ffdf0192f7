using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Preble.Core;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Gateway;

/// <summary>Runs the prompts of a call, each in a request grain of its own, and merges their streams.</summary>
internal sealed class RequestRunner(IGrainFactory grains)
{
    /// <summary>
    /// Streams the events of all prompts; <c>Choice</c> counts over all of them. Ends early, with the failure as last event, when one prompt fails.
    /// What a slow client has not read yet is kept here, no more than the call's limits of new tokens allow: the grains never wait for a client.
    /// </summary>
    public async IAsyncEnumerable<GenerationEvent> RunAsync(GenerationCall call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var merged = Channel.CreateUnbounded<GenerationEvent>(new UnboundedChannelOptions { SingleReader = true });
        Task pumps = PumpAllAsync(call, merged.Writer, stop.Token);
        try
        {
            await foreach (GenerationEvent item in merged.Reader.ReadAllAsync(cancellationToken))
            {
                yield return item;
                if (item.Failure is not null)
                {
                    yield break;
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await pumps.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private IAsyncEnumerable<GenerationEvent> RunPrompt(GenerationCall call, int prompt, CancellationToken cancellationToken)
    {
        int[] tokens = call.Prompts[prompt];
        ulong seed = call.Model.PageKeySeed(call.CacheSalt);
        var keys = new ulong[tokens.Length / call.Model.PageTokens];
        PageKeys.Compute(seed, tokens, call.Model.PageTokens, MemoryMarshal.Cast<ulong, PageKey>(keys.AsSpan()));
        var request = new GenerateRequest
        {
            RequestId = RequestIds.OfPrompt(call.Id, prompt),
            Model = call.Model.Name,
            PromptTokens = tokens,
            PageKeySeed = seed,
            PageKeys = keys,
            Choices = call.Choices,
            Sampling = call.Sampling with { MaxTokens = call.MaxTokens[prompt], Seed = Seed(call, prompt) },
        };
        return grains.GetGrain<IRequestGrain>(request.RequestId).RunAsync(request, cancellationToken);
    }

    private static long Seed(GenerationCall call, int prompt) =>
        call.HasSeed ? call.Sampling.Seed : unchecked(call.Sampling.Seed + ((long)prompt * call.Choices));

    private async Task PumpAllAsync(GenerationCall call, ChannelWriter<GenerationEvent> writer, CancellationToken cancellationToken)
    {
        await Task.WhenAll(Enumerable.Range(0, call.Prompts.Count).Select(PumpAsync));
        writer.TryComplete();

        async Task PumpAsync(int prompt)
        {
            try
            {
                await foreach (GenerationEvent item in RunPrompt(call, prompt, cancellationToken).WithCancellation(cancellationToken))
                {
                    writer.TryWrite(prompt == 0 ? item : item with { Choice = (prompt * call.Choices) + item.Choice });
                }
            }
            catch (Exception exception)
            {
                // The reader hears of it at once and stops the others.
                writer.TryComplete(exception);
            }
        }
    }
}
