using System.Net;
using System.Net.Http.Headers;
using Preble.Core.Workloads;

namespace Preble.Cli.Serving;

/// <summary>Sends requests and measures their streams, with the definitions of vLLM's benchmark. Contacts nothing but the target.</summary>
internal sealed class StreamClient(HttpClient http, ServeTarget target, TimeProvider clock)
{
    /// <summary>Characters of a server's complaint that are kept.</summary>
    private const int ComplaintMax = 300;

    /// <summary>A client that goes where it is told and nowhere else: no proxy, no redirection, no cookies; as many connections as there are requests at once.</summary>
    /// <param name="apiKey">Sent as bearer token; null for none.</param>
    public static HttpClient CreateHttpClient(string? apiKey)
    {
        var http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            ConnectTimeout = TimeSpan.FromSeconds(30),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.Accept.ParseAdd("text/event-stream");
        if (!string.IsNullOrEmpty(apiKey))
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        }

        return http;
    }

    /// <summary>Sends one request and reads its stream to the end. Never throws for what the server does.</summary>
    public Task<StreamMeasurement> SendAsync(WorkloadRequest request, CancellationToken cancel) =>
        SendAsync(RequestBody.Write(target, request.Prompt.Span, request.Output.Tokens), request.PromptTokens, cancel);

    /// <param name="body">Of the request.</param>
    /// <param name="promptTokens">Taken for the length of the prompt if the server does not say it.</param>
    /// <param name="cancel">Ends the request.</param>
    public async Task<StreamMeasurement> SendAsync(ReadOnlyMemory<byte> body, int promptTokens, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(target.RequestTimeout);
        using var message = new HttpRequestMessage(HttpMethod.Post, target.Completions) { Content = new ReadOnlyMemoryContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            long sent = clock.GetTimestamp();
            using HttpResponseMessage response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                bool busy = response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;
                return Ended(busy ? ServeOutcome.Rejected : ServeOutcome.Failed, await ComplaintAsync(response, limit.Token));
            }

            return await MeasureAsync(response, sent, promptTokens, limit.Token);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return Ended(ServeOutcome.Cancelled, "the benchmark was ended");
        }
        catch (OperationCanceledException)
        {
            return Ended(ServeOutcome.Failed, FormattableString.Invariant($"no end within {target.RequestTimeout.TotalSeconds:0.###} s"));
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or InvalidDataException)
        {
            return Ended(ServeOutcome.Failed, Shortened(broken.GetBaseException().Message));
        }
    }

    private static StreamMeasurement Ended(ServeOutcome outcome, string why) => new() { Outcome = outcome, Error = why };

    private static async Task<string> ComplaintAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var text = new byte[ComplaintMax];
        using Stream body = await response.Content.ReadAsStreamAsync(cancel);
        int length = await body.ReadAtLeastAsync(text, text.Length, throwOnEndOfStream: false, cancel);
        return Shortened($"HTTP {(int)response.StatusCode}: {System.Text.Encoding.UTF8.GetString(text, 0, length)}");
    }

    private static string Shortened(string text)
    {
        text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length > ComplaintMax ? text[..ComplaintMax] : text;
    }

    private async Task<StreamMeasurement> MeasureAsync(HttpResponseMessage response, long sent, int promptTokens, CancellationToken cancel)
    {
        using Stream stream = await response.Content.ReadAsStreamAsync(cancel);
        var gaps = new List<double>();
        long first = 0;
        long latest = 0;
        int chunks = 0;
        bool ended = false;
        CompletionChunk usage = default;
        await foreach (ReadOnlyMemory<byte> data in EventReader.ReadAsync(stream, cancel))
        {
            if (data.Span.SequenceEqual("[DONE]"u8))
            {
                ended = true;
                break;
            }

            // 1. A token: what it takes to look at it is not the server's.
            CompletionChunk chunk = CompletionChunk.Parse(data);
            if (chunk.HasChoice)
            {
                long now = clock.GetTimestamp();
                if (chunks++ == 0)
                {
                    first = now;
                }
                else
                {
                    gaps.Add(clock.GetElapsedTime(latest, now).TotalSeconds);
                }

                latest = now;
            }

            // 2. What ends the stream, well or not.
            if (chunk.Error is not null)
            {
                return Ended(ServeOutcome.Failed, Shortened("the stream ended in an error: " + chunk.Error));
            }

            ended |= chunk.Finished;
            usage = chunk.OutputTokens is null ? usage : chunk;
        }

        if (chunks == 0 || !ended)
        {
            return Ended(ServeOutcome.Failed, chunks == 0 ? "the stream had no token" : "the stream broke off before its end");
        }

        return new StreamMeasurement
        {
            Outcome = ServeOutcome.Completed,
            TtftSeconds = clock.GetElapsedTime(sent, first).TotalSeconds,
            LatencySeconds = clock.GetElapsedTime(sent, latest).TotalSeconds,
            Gaps = gaps,
            PromptTokens = usage.PromptTokens ?? promptTokens,
            OutputTokens = usage.OutputTokens is > 0 and var said ? said : chunks,
            CachedTokens = usage.CachedTokens,
            Worker = response.Headers.TryGetValues("x-preble-worker", out IEnumerable<string>? names) ? names.First() : null,
        };
    }
}
