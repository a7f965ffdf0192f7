using System.Text.Json;
using Preble.Grains;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Gateway;

/// <summary>Reads calls that did not come over HTTP by what reads those that did.</summary>
internal sealed class PromptPreparer(ServedModels models, PrebleOptions options, SiloIdentity silo) : IPromptPreparer
{
    public IReadOnlyList<ServedModelInfo> Models =>
        [.. models.All.Select(model => new ServedModelInfo { Name = model.Name, ContextTokensMax = model.ContextTokensMax })];

    public PreparedCall Prepare(CallBody body)
    {
        try
        {
            using JsonDocument document = BodyReader.Parse(body.Json, options.BodyBytesMax);
            GenerationCall call = Read(body.Kind, new JsonFields(document.RootElement));
            return new PreparedCall { Requests = call.ToRequests(), Echo = call.Echo };
        }
        catch (ApiException exception)
        {
            ApiError error = exception.Error;
            var refusal = new CallRefusal { Status = error.Status, Type = error.Type, Param = error.Param, Code = error.Code, Message = error.Message };
            return new PreparedCall { Requests = [], Refusal = refusal };
        }
    }

    private GenerationCall Read(CallKind kind, JsonFields fields)
    {
        int choicesMax = SamplingFields.ChoicesMaxOf(options);
        return kind switch
        {
            CallKind.Chat => ChatCompletionsApi.Read(fields, models, choicesMax, RequestIds.Create(ChatCompletionsApi.IdPrefix, silo.Name)),
            CallKind.Completion => CompletionsApi.Read(fields, models, choicesMax, RequestIds.Create(CompletionsApi.IdPrefix, silo.Name)),
            _ => throw new ApiException(ApiError.Invalid(null, $"This silo does not know calls of kind {kind}.")),
        };
    }
}
