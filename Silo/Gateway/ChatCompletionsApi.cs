using System.Text.Json;

namespace Preble.Silo.Gateway;

/// <summary><c>POST /v1/chat/completions</c></summary>
internal static class ChatCompletionsApi
{
    /// <summary>Of the ids of chats.</summary>
    public const string IdPrefix = "chatcmpl";

    private const int TopLogprobsMax = 20;
    private static readonly ChatFormat Format = new();

    public static void MapChatCompletions(this IEndpointRouteBuilder routes) => routes.MapPost("/v1/chat/completions", HandleAsync);

    private static async Task HandleAsync(HttpContext context, ServedModels models, Responder responder, PrebleOptions options)
    {
        using JsonDocument body = await BodyReader.ReadAsync(context, options.BodyBytesMax);
        GenerationCall call = Read(new JsonFields(body.RootElement), models, SamplingFields.ChoicesMaxOf(options), RequestIds.Create(context, IdPrefix));
        await responder.RespondAsync(context, call, Format);
    }

    /// <summary>The chat that a body asks for, checked, rendered and tokenized.</summary>
    public static GenerationCall Read(JsonFields fields, ServedModels models, int choicesMax, string id)
    {
        ServedModel model = models.Find(fields);
        JsonElement messages = ChatFields.Messages(fields);
        Unsupported.Refuse(fields);
        StreamOptions stream = StreamOptions.Read(fields);
        int choices = SamplingFields.Choices(fields, choicesMax);
        int? logprobs = ReadLogprobs(fields);
        int[] prompt = model.EncodeChat(fields, messages);
        if (prompt.Length == 0)
        {
            throw fields.Invalid("messages", "are rendered by the model's chat template to no token at all");
        }

        int maxTokens = TokenLimits.Resolve(fields, ["max_completion_tokens", "max_tokens"], "messages", model, prompt.Length, otherwise: null);
        return new GenerationCall
        {
            Id = id,
            Model = model,
            Prompts = [prompt],
            Choices = choices,
            Sampling = SamplingFields.Read(fields, model, maxTokens, logprobs),
            MaxTokens = [maxTokens],
            CacheSalt = CacheSalt.Read(fields),
            HasSeed = fields.TryGet("seed", out _),
            PromptField = "messages",
            Stream = stream.Stream,
            IncludeUsage = stream.IncludeUsage,
            ContinuousUsage = stream.ContinuousUsage,
        };
    }

    private static int? ReadLogprobs(JsonFields fields)
    {
        bool wanted = fields.Bool("logprobs", false);
        int top = (int)(fields.Integer("top_logprobs", 0, TopLogprobsMax) ?? 0);
        if (top > 0 && !wanted)
        {
            throw fields.Invalid("top_logprobs", $"is {top}, but 'logprobs' is not true");
        }

        return wanted ? top : null;
    }
}
