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
    /// <param name="requests">One for each prompt, all with the same number of choices; those whose choices have all finished are passed over. [prompts]</param>
    /// <param name="patience">For how long a prompt of which nothing has come is begun again when it fails in a way that may pass.</param>
    /// <param name="clock">Measures it.</param>
    /// <param name="cancellationToken">Cancels all of them, as does to dispose the enumeration early.</param>
    public static async IAsyncEnumerable<GenerationEvent> RunAsync(
        IGrainFactory grains,
        IReadOnlyList<GenerateRequest> requests,
        TimeSpan patience,
        TimeProvider clock,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var merged = Channel.CreateUnbounded<GenerationEvent>(new UnboundedChannelOptions { SingleReader = true });
        Task pumps = PumpAllAsync(() => new PromptPump(grains, patience, clock), requests, merged.Writer, stop.Token);
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
        Func<PromptPump> pump, IReadOnlyList<GenerateRequest> requests, ChannelWriter<GenerationEvent> writer, CancellationToken cancellationToken)
    {
        await Task.WhenAll(Enumerable.Range(0, requests.Count).Where(prompt => requests[prompt].Finished?.All(ended => ended) != true).Select(PumpAsync));
        writer.TryComplete();

        async Task PumpAsync(int prompt)
        {
            int first = prompt * requests[prompt].Choices;
            try
            {
                await pump().RunAsync(requests[prompt], item => writer.TryWrite(first == 0 ? item : item with { Choice = first + item.Choice }), cancellationToken);
            }
            catch (Exception exception)
            {
                // The reader hears of it at once and stops the others.
                writer.TryComplete(exception);
            }
        }
    }
}
