using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Preble.Grains.Interfaces;

/// <summary>Runs the prompts of a call, each in a request grain of its own, and merges their streams: the same for the gateway and for other callers.</summary>
public static class PromptStreams
{
    /// <summary>
    /// Streams the events of all prompts; <see cref="GenerationEvent.Choice"/> counts over all of them. Ends early, with the failure as last event, when one prompt fails.
    /// What a slow reader has not read yet is kept here, no more than the call's limits of new tokens allow: the grains never wait for a client.
    /// </summary>
    /// <param name="grains">Gives the request grains.</param>
    /// <param name="requests">One for each prompt, all with the same number of choices. [prompts]</param>
    /// <param name="cancellationToken">Cancels all of them, as does to dispose the enumeration early.</param>
    public static async IAsyncEnumerable<GenerationEvent> RunAsync(
        IGrainFactory grains, IReadOnlyList<GenerateRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var merged = Channel.CreateUnbounded<GenerationEvent>(new UnboundedChannelOptions { SingleReader = true });
        Task pumps = PumpAllAsync(grains, requests, merged.Writer, stop.Token);
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

    private static async Task PumpAllAsync(
        IGrainFactory grains, IReadOnlyList<GenerateRequest> requests, ChannelWriter<GenerationEvent> writer, CancellationToken cancellationToken)
    {
        await Task.WhenAll(Enumerable.Range(0, requests.Count).Select(PumpAsync));
        writer.TryComplete();

        async Task PumpAsync(int prompt)
        {
            GenerateRequest request = requests[prompt];
            try
            {
                IAsyncEnumerable<GenerationEvent> events = grains.GetGrain<IRequestGrain>(request.RequestId).RunAsync(request, cancellationToken);
                await foreach (GenerationEvent item in events.WithCancellation(cancellationToken))
                {
                    writer.TryWrite(prompt == 0 ? item : item with { Choice = (prompt * request.Choices) + item.Choice });
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
