using Preble.Grains.Interfaces;

namespace Preble.Silo.Gateway;

/// <summary>Runs a call and writes its response, whole or as a stream of server-sent events.</summary>
internal sealed partial class Responder(IGrainFactory grains, Drain drain, PrebleOptions options, TimeProvider clock, ILogger<Responder> logger)
{
    private static readonly byte[] Done = "data: [DONE]\n\n"u8.ToArray();

    /// <remarks>1. Run. 2. Wait for the first event: until then a failure still has a status of its own. 3. Write.</remarks>
    public async Task RespondAsync(HttpContext context, GenerationCall call, IResponseFormat format)
    {
        // 1. Run; a client that goes away, or a server that must end, disposes the stream, and that cancels the request.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, drain.Over);
        var patience = TimeSpan.FromSeconds(options.PatienceSeconds);
        await using IAsyncEnumerator<GenerationEvent> events = PromptStreams.RunAsync(grains, call.ToRequests(), patience, clock, end.Token).GetAsyncEnumerator(end.Token);
        try
        {
            // 2. The first event.
            await NextAsync(call, events);
            var response = new ResponseEnvelope(call, format, clock.GetUtcNow().ToUnixTimeSeconds());
            context.Response.Headers["x-request-id"] = RequestIds.ForHeader(context);
            context.Response.Headers["x-preble-worker"] = events.Current.WorkerId;

            // 3. Write.
            if (call.Stream)
            {
                await StreamAsync(context, response, events, end.Token);
            }
            else
            {
                await WholeAsync(context, response, events);
            }
        }
        catch (OperationCanceledException) when (drain.Over.IsCancellationRequested)
        {
            throw new ApiException(ApiError.Stopping);
        }
    }

    private static async Task NextAsync(GenerationCall call, IAsyncEnumerator<GenerationEvent> events)
    {
        Check(call, await events.MoveNextAsync(), events);
    }

    private static void Check(GenerationCall call, bool moved, IAsyncEnumerator<GenerationEvent> events)
    {
        if (!moved)
        {
            throw new InvalidOperationException("A request ended without its last event.");
        }

        if (events.Current.Failure is not null)
        {
            throw new ApiException(OutcomeTable.ToError(events.Current, call.PromptField));
        }
    }

    /// <summary>Takes the next event; what was written before goes out first, unless the event is there already and can go out with it.</summary>
    private static async Task NextAsync(GenerationCall call, IAsyncEnumerator<GenerationEvent> events, EventStream sse, CancellationToken end)
    {
        Task<bool> next = events.MoveNextAsync().AsTask();
        try
        {
            if (!next.IsCompleted)
            {
                await sse.FlushAsync(end);
            }
        }
        catch
        {
            // The client is gone and the move with it; the stream can only be disposed once the move has ended.
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        Check(call, await next, events);
    }

    private static async Task WholeAsync(HttpContext context, ResponseEnvelope response, IAsyncEnumerator<GenerationEvent> events)
    {
        response.Add(events.Current, keep: true);
        while (!response.HasEnded)
        {
            await NextAsync(response.Call, events);
            response.Add(events.Current, keep: true);
        }

        await Json.SendAsync(context, response.WriteWhole);
    }

    private async Task StreamAsync(HttpContext context, ResponseEnvelope response, IAsyncEnumerator<GenerationEvent> events, CancellationToken end)
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        await using var sse = new EventStream(context.Response.BodyWriter);
        try
        {
            while (true)
            {
                GenerationEvent item = events.Current;
                sse.Write(json => response.WriteChunk(json, item));
                if (response.HasEnded)
                {
                    break;
                }

                await NextAsync(response.Call, events, sse, end);
            }

            if (response.Call.IncludeUsage)
            {
                sse.Write(response.WriteUsageChunk);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException || drain.Over.IsCancellationRequested)
        {
            // The status is sent already: the error comes as an event, as vLLM does.
            ApiError error = exception is OperationCanceledException ? ApiError.Stopping : (exception as ApiException)?.Error ?? ApiError.Internal;
            if (error == ApiError.Internal)
            {
                LogBrokenStream(logger, exception, response.Call.Id);
            }

            sse.Write(json =>
            {
                json.WriteStartObject();
                ErrorResponse.Write(json, error);
                json.WriteEndObject();
            });
        }

        sse.WriteRaw(Done);
        await sse.FlushAsync(context.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The stream of {Request} ended with an error.")]
    private static partial void LogBrokenStream(ILogger logger, Exception exception, string request);
}
