using System.Text.Json;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Gateway;

/// <summary><c>GET /v1/requests/{id}</c>: where a request stands, and why it was placed there. Any gateway answers.</summary>
internal static class RequestsApi
{
    private const int IdCharsMax = 256;

    /// <summary>Names no silo, so that it is this one's.</summary>
    private const string LookupKey = "requests";

    public static void MapRequests(this IEndpointRouteBuilder routes) => routes.MapGet("/v1/requests/{id}", HandleAsync);

    /// <remarks>
    /// 1. The request's own grain, or what gateways remember of it. 2. If neither knows it, what the schedulers recorded. Nothing is sent before all of it has
    /// been read.
    /// </remarks>
    private static async Task HandleAsync(HttpContext context, string id, IGrainFactory grains, ServedModels models)
    {
        if (string.IsNullOrWhiteSpace(id) || id.Length > IdCharsMax)
        {
            throw NotFound(id);
        }

        // 1. The request itself.
        if (await AnswerAsync(grains.GetGrain<IRequestLookupGrain>(LookupKey).FindAsync(id)) is { } request)
        {
            await SendAsync(context, request);
            return;
        }

        // 2. The record of its placement.
        foreach (ServedModel model in models.All)
        {
            if (await AnswerAsync(grains.GetGrain<ISchedulerGrain>(model.Name).ExplainAsync(id)) is { } placement)
            {
                await SendAsync(context, model.Name, placement);
                return;
            }
        }

        throw NotFound(id);
    }

    private static ApiException NotFound(string id) =>
        new(ApiError.NotFound("id", $"No request '{id}' is known; requests are forgotten some minutes after their end.", "request_not_found"));

    /// <summary>A grain whose silo has just gone is as good as none.</summary>
    private static async Task<T?> AnswerAsync<T>(Task<T?> call)
        where T : class
    {
        try
        {
            return await call;
        }
        catch (Exception exception) when (HostFailures.MayPass(exception))
        {
            return null;
        }
    }

    /// <summary>What the record does not hold is null; its end may not have been told.</summary>
    private static Task SendAsync(HttpContext context, string model, PlacementExplanation placement)
    {
        PlacementTable table = placement.ReadTable();
        return Json.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("id", placement.RequestId);
            json.WriteString("object", "request");
            json.WriteString("model", model);
            json.WriteString("state", Lower(placement.ActualState?.ToString() ?? "Unknown"));
            json.WriteString("worker", placement.WorkerId);
            json.WriteNumber("prompt_tokens", placement.PromptTokens);
            WriteNumber(json, "cached_tokens", placement.ActualCachedTokens);
            WriteNumber(json, "completion_tokens", placement.ActualOutputTokens);
            json.WriteNull("choices");
            json.WriteNull("attempts");
            json.WriteString("message", "What served the request is gone; this is the record of its last placement.");
            json.WriteStartObject("placement");
            Write(json, placement, table);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private static Task SendAsync(HttpContext context, RequestDescription request)
    {
        PlacementTable? table = request.Placement?.ReadTable();
        return Json.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("id", request.RequestId);
            json.WriteString("object", "request");
            json.WriteString("model", request.Model);
            json.WriteString("state", Lower(request.State.ToString()));
            json.WriteString("worker", request.WorkerId);
            json.WriteNumber("prompt_tokens", request.PromptTokens);
            json.WriteNumber("cached_tokens", request.CachedTokens);
            json.WriteNumber("completion_tokens", request.CompletionTokens);
            json.WriteNumber("choices", request.Choices);
            json.WriteNumber("attempts", request.Attempts);
            json.WriteString("message", request.Message);
            if (table is not null)
            {
                json.WriteStartObject("placement");
                Write(json, request.Placement!, table);
                json.WriteEndObject();
            }
            else
            {
                json.WriteNull("placement");
            }

            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, PlacementExplanation placement, PlacementTable table)
    {
        json.WriteString("policy", placement.Policy);
        json.WriteString("worker", placement.WorkerId);
        json.WriteStartObject("predicted");
        json.WriteNumber("cached_tokens", placement.ExpectedCachedTokens);
        json.WriteNumber("prefill_s", placement.PredictedPrefillSeconds);
        json.WriteNumber("ttft_s", placement.PredictedTtftSeconds);
        json.WriteEndObject();
        json.WriteStartObject("actual");
        WriteNumber(json, "cached_tokens", placement.ActualCachedTokens);
        WriteNumber(json, "ttft_s", placement.ActualTtftSeconds);
        WriteNumber(json, "total_s", placement.ActualTotalSeconds);
        WriteNumber(json, "output_tokens", placement.ActualOutputTokens);
        json.WriteEndObject();
        json.WriteStartArray("candidates");
        foreach (PlacementCandidate candidate in table.Candidates)
        {
            json.WriteStartObject();
            json.WriteString("worker", candidate.WorkerId);
            json.WriteNumber("cached_tokens", candidate.CachedTokens);
            json.WriteBoolean("eligible", candidate.Eligible);
            WriteNumber(json, "cost", double.IsFinite(candidate.Cost) ? candidate.Cost : null);
            json.WriteStartObject("terms");
            foreach ((string name, double value) in table.Terms.Zip(candidate.Terms))
            {
                WriteNumber(json, name, double.IsFinite(value) ? value : null);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static string Lower(string name) => name.ToLowerInvariant();
}
