using System.Text.Json;
using Preble.Grains.Interfaces;
using Preble.Silo.Actors;

namespace Preble.Silo.Gateway;

/// <summary>
/// <c>GET /health</c>: 200 while every model has a worker, else 503. <c>GET /health/live</c>: 200 while the process answers. <c>GET /health/ready</c>: 200
/// while requests should be sent here (<see cref="Readiness"/>), else 503 and why not.
/// </summary>
internal static class HealthApi
{
    /// <summary>After so long a scheduler counts as not answering.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", HandleAsync);
        routes.MapGet("/health/live", LiveAsync);
        routes.MapGet("/health/ready", ReadyAsync);
    }

    private static Task LiveAsync(HttpContext context) => Json.SendAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteString("status", "ok");
        json.WriteEndObject();
    });

    private static async Task ReadyAsync(
        HttpContext context, ServedModels models, IGrainFactory grains, ISiloLife life, Drain drain, Readiness readiness, TimeProvider clock)
    {
        bool schedulers = true;
        bool workers = true;
        foreach (ServedModel model in models.All)
        {
            bool? served = await IsServedAsync(grains.GetGrain<ISchedulerGrain>(model.Name), clock);
            schedulers &= served is not null;
            workers &= served == true;
        }

        (bool active, bool draining) = (life.IsActive, drain.HasBegun);
        bool ready = readiness.Observe(takesPart: active && !draining, workers);
        context.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await Json.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("status", ready ? "ready" : "not ready");
            json.WriteBoolean("active", active);
            json.WriteBoolean("draining", draining);
            json.WriteBoolean("scheduler", schedulers);
            json.WriteBoolean("worker", workers);
            json.WriteEndObject();
        });
    }

    /// <summary>Whether a model has a worker that seems to live; null if its scheduler does not answer.</summary>
    private static async Task<bool?> IsServedAsync(ISchedulerGrain scheduler, TimeProvider clock) =>
        (await StatusAsync(scheduler, clock))?.Workers.Any(worker => !worker.Suspect);

    /// <summary>Null if the scheduler does not answer.</summary>
    private static async Task<SchedulerStatus?> StatusAsync(ISchedulerGrain scheduler, TimeProvider clock)
    {
        try
        {
            return await scheduler.StatusAsync().WaitAsync(AnswerLimit, clock);
        }
        catch (Exception exception) when (HostFailures.MayPass(exception))
        {
            return null;
        }
    }

    private static async Task HandleAsync(HttpContext context, ServedModels models, IGrainFactory grains, TimeProvider clock)
    {
        bool answered = true;
        var statuses = new List<(ServedModel Model, SchedulerStatus Status)>();
        foreach (ServedModel model in models.All)
        {
            if (await StatusAsync(grains.GetGrain<ISchedulerGrain>(model.Name), clock) is { } status)
            {
                statuses.Add((model, status));
            }
            else
            {
                answered = false;
            }
        }

        bool healthy = answered && statuses.TrueForAll(item => item.Status.Workers.Length > 0);
        context.Response.StatusCode = healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await Json.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("status", healthy ? "ok" : answered ? "no worker" : "no scheduler");
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
