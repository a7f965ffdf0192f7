using System.Text.Json;

namespace Preble.Silo.Gateway;

/// <summary>The models that this gateway serves.</summary>
internal sealed class ServedModels(IEnumerable<ServedModel> models)
{
    private readonly Dictionary<string, ServedModel> _byName = models.ToDictionary(model => model.Name);

    public IReadOnlyCollection<ServedModel> All => _byName.Values;

    /// <summary>The model that the field <c>model</c> names.</summary>
    public ServedModel Find(JsonFields fields)
    {
        if (!fields.TryGet("model", out JsonElement _))
        {
            throw fields.Invalid("model", $"is missing, but must be {Allowed()}");
        }

        return Find(fields.Text("model", Allowed())!);
    }

    public ServedModel Find(string name) => _byName.TryGetValue(name, out ServedModel? model)
        ? model
        : throw new ApiException(ApiError.NotFound("model", $"'model' is \"{name}\", which is not served here; served: {Allowed()}.", "model_not_found"));

    private string Allowed() => string.Join(", ", _byName.Keys.Select(name => $"\"{name}\""));
}
