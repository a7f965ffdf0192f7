using System.Text.Json;

namespace Preble.Silo.Gateway;

/// <summary><c>GET /v1/models</c> and <c>GET /v1/models/{id}</c></summary>
internal static class ModelsApi
{
    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/models", ListAsync);
        routes.MapGet("/v1/models/{**id}", GetAsync);
    }

    private static async Task ListAsync(HttpContext context, ServedModels models)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Json.WriterOptions);
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (ServedModel model in models.All)
        {
            Write(json, model);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    private static async Task GetAsync(HttpContext context, string id, ServedModels models)
    {
        ServedModel model = models.Find(id);
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Json.WriterOptions);
        Write(json, model);
        await json.FlushAsync(context.RequestAborted);
    }

    private static void Write(Utf8JsonWriter json, ServedModel model)
    {
        json.WriteStartObject();
        json.WriteString("id", model.Name);
        json.WriteString("object", "model");
        json.WriteNumber("created", model.LoadedAt.ToUnixTimeSeconds());
        json.WriteString("owned_by", "preble");
        json.WriteNumber("max_model_len", model.ContextTokensMax);
        json.WriteEndObject();
    }
}
