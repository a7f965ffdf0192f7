using System.Text.Json;
using Preble.Cli.CommandLine;
using Preble.Core.Workloads;

namespace Preble.Cli.Serving;

/// <summary>Finds out, before the clock runs, what the server has and what it understands.</summary>
internal static class ServerProbe
{
    /// <summary>Bytes of a list of models that are read at most.</summary>
    private const int ModelsBytesMax = 4 << 20;

    private static readonly TimeSpan ModelsTimeoutMax = TimeSpan.FromSeconds(30);

    /// <summary>The first model that the server lists.</summary>
    /// <param name="http">Asks.</param>
    /// <param name="completions">Its address.</param>
    /// <param name="timeout">How long it may take; half a minute at most.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="RunFailedException">It lists none.</exception>
    public static async Task<string> FindModelAsync(HttpClient http, Uri completions, TimeSpan timeout, CancellationToken cancel)
    {
        timeout = timeout < ModelsTimeoutMax ? timeout : ModelsTimeoutMax;
        Uri models = ServeTarget.ModelsOf(completions);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
        try
        {
            using HttpResponseMessage response = await http.GetAsync(models, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw new RunFailedException($"{models} answers {(int)response.StatusCode}; name the model with --model.");
            }

            await response.Content.LoadIntoBufferAsync(ModelsBytesMax, limit.Token);
            using JsonDocument list = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(limit.Token));
            return list.RootElement.GetProperty("data")[0].GetProperty("id").GetString() ?? throw new JsonException();
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new RunFailedException($"{models} does not answer within {timeout.TotalSeconds:0.###} s; name the model with --model.");
        }
        catch (HttpRequestException unreachable)
        {
            throw new RunFailedException($"{models} cannot be reached: {unreachable.GetBaseException().Message}");
        }
        catch (Exception odd) when (odd is JsonException or InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException)
        {
            throw new RunFailedException($"{models} lists no model; name it with --model.");
        }
    }

    /// <summary>The target without what the server refuses. Sends a prompt of one word that no workload has.</summary>
    /// <exception cref="RunFailedException">It answers no completion at all.</exception>
    public static async Task<ServeTarget> SettleAsync(HttpClient http, ServeTarget target, TimeProvider clock, CancellationToken cancel)
    {
        ServeTarget[] forms = [target, target with { IgnoreEos = false }, target with { IgnoreEos = false, WantsUsage = false }];
        string complaint = "";
        foreach (ServeTarget form in forms)
        {
            ReadOnlyMemory<byte> body = RequestBody.Write(form, [new PromptSegment(0, 1)], 1);
            StreamMeasurement answer = await new StreamClient(http, form, clock).SendAsync(body, 1, cancel);
            switch (answer.Outcome)
            {
                case ServeOutcome.Completed:
                    return form;
                case ServeOutcome.Rejected:
                    // A busy server says nothing of what it understands: it is asked in full.
                    return target;
                case ServeOutcome.Cancelled:
                    throw new OperationCanceledException(cancel);
            }

            complaint = complaint.Length == 0 ? answer.Error : complaint;
            bool refused = answer.Error.StartsWith("HTTP 400", StringComparison.Ordinal) || answer.Error.StartsWith("HTTP 422", StringComparison.Ordinal);
            if (!refused)
            {
                break;
            }
        }

        throw new RunFailedException($"{target.Completions} answers no completion: {complaint}");
    }
}
