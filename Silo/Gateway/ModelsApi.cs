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
        await Json.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("object", "list");
            json.WriteStartArray("data");
            foreach (ServedModel model in models.All)
            {
                Write(json, model);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static async Task GetAsync(HttpContext context, string id, ServedModels models)
    {
        ServedModel model = models.Find(id);
        await Json.SendAsync(context, json => Write(json, model));
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
