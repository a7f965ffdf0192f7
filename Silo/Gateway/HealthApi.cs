using System.Text.Json;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Gateway;

/// <summary><c>GET /health</c>: 200 while every model has a worker, else 503.</summary>
internal static class HealthApi
{
    public static void MapHealth(this IEndpointRouteBuilder routes) => routes.MapGet("/health", HandleAsync);

    private static async Task HandleAsync(HttpContext context, ServedModels models, IGrainFactory grains)
    {
        var statuses = new List<(ServedModel Model, SchedulerStatus Status)>();
        foreach (ServedModel model in models.All)
        {
            statuses.Add((model, await grains.GetGrain<ISchedulerGrain>(model.Name).StatusAsync()));
        }

        bool healthy = statuses.TrueForAll(item => item.Status.Workers.Length > 0);
        context.Response.StatusCode = healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await Json.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("status", healthy ? "ok" : "no worker");
            json.WriteStartArray("models");
            foreach ((ServedModel model, SchedulerStatus status) in statuses)
            {
                Write(json, model, status);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, ServedModel model, SchedulerStatus status)
    {
        json.WriteStartObject();
        json.WriteString("id", model.Name);
        json.WriteString("policy", status.Policy);
        json.WriteStartArray("workers");
        foreach (WorkerStatus worker in status.Workers)
        {
            json.WriteStartObject();
            json.WriteString("id", worker.WorkerId);
            json.WriteString("kind", worker.Kind);
            json.WriteNumber("live_sequences", worker.Live);
            json.WriteNumber("queued_prefill_s", worker.QueuedPrefillSeconds);
            json.WriteNumber("pages_free", worker.PagesFree);
            json.WriteNumber("pages_cached", worker.PagesCached);
            json.WriteNumber("pages_held", worker.PagesHeld);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
