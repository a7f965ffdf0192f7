using System.Text.Json;
using Preble.Engine.Sampling;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Gateway;

/// <summary><c>POST /v1/completions</c></summary>
internal static class CompletionsApi
{
    /// <summary>Of the ids of completions.</summary>
    public const string IdPrefix = "cmpl";

    private const int DefaultMaxTokens = 16;

    public static void MapCompletions(this IEndpointRouteBuilder routes) => routes.MapPost("/v1/completions", HandleAsync);

    private static async Task HandleAsync(HttpContext context, ServedModels models, Responder responder, PrebleOptions options)
    {
        using JsonDocument body = await BodyReader.ReadAsync(context, options.BodyBytesMax);
        GenerationCall call = Read(new JsonFields(body.RootElement), models, SamplingFields.ChoicesMaxOf(options), RequestIds.Create(context, IdPrefix));
        await responder.RespondAsync(context, call, new CompletionFormat(call.Echo));
    }

    /// <summary>The completions that a body asks for, checked and tokenized.</summary>
    public static GenerationCall Read(JsonFields fields, ServedModels models, int choicesMax, string id)
    {
        ServedModel model = models.Find(fields);
        (int[] Tokens, string? Text)[] prompts = PromptField.Read(fields, model);
        Unsupported.Refuse(fields);
        StreamOptions stream = StreamOptions.Read(fields);
        int choices = SamplingFields.Choices(fields, choicesMax);
        if (prompts.Length * choices > SamplingFields.ChoicesMax)
        {
            throw fields.Invalid("n", $"times the number of prompts is {prompts.Length * choices}, but may be {SamplingFields.ChoicesMax} at most");
        }

        if (fields.Text("suffix") is { Length: > 0 })
        {
            throw fields.Invalid("suffix", "is given, but this model cannot fill a gap before a suffix");
        }

        int[] maxTokens = [.. prompts.Select(prompt => TokenLimits.Resolve(fields, ["max_tokens"], "prompt", model, prompt.Tokens.Length, DefaultMaxTokens))];
        int? logprobs = (int?)fields.Integer("logprobs", 0, SamplingParameters.LogprobsMax);
        SamplingOptions sampling = SamplingFields.Read(fields, model, maxTokens.Min(), logprobs);
        return new GenerationCall
        {
            Id = id,
            Model = model,
            Prompts = [.. prompts.Select(prompt => prompt.Tokens)],
            Choices = choices,
            Sampling = sampling,
            MaxTokens = maxTokens,
            CacheSalt = CacheSalt.Read(fields),
            HasSeed = fields.TryGet("seed", out _),
            PromptField = "prompt",
            Echo = Echo(fields, model, sampling, prompts),
            Stream = stream.Stream,
            IncludeUsage = stream.IncludeUsage,
            ContinuousUsage = stream.ContinuousUsage,
        };
    }

    private static string[]? Echo(JsonFields fields, ServedModel model, SamplingOptions sampling, (int[] Tokens, string? Text)[] prompts)
    {
        if (!fields.Bool("echo", false))
        {
            return null;
        }

        return sampling.Logprobs is null
            ? [.. prompts.Select(prompt => prompt.Text ?? model.Decode(prompt.Tokens, sampling.SkipSpecialTokens))]
            : throw fields.Invalid("echo", "is true together with 'logprobs', but log-probabilities of the prompt are not supported");
    }
}
