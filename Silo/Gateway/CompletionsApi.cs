using System.Text.Json;
using Preble.Engine.Sampling;

namespace Preble.Silo.Gateway;

/// <summary><c>POST /v1/completions</c></summary>
internal static class CompletionsApi
{
    private const int DefaultMaxTokens = 16;

    public static void MapCompletions(this IEndpointRouteBuilder routes) => routes.MapPost("/v1/completions", HandleAsync);

    private static async Task HandleAsync(HttpContext context, ServedModels models, Responder responder, PrebleOptions options)
    {
        using JsonDocument body = await BodyReader.ReadAsync(context, options.BodyBytesMax);
        var fields = new JsonFields(body.RootElement);
        ServedModel model = models.Find(fields);
        (int[] Tokens, string? Text)[] prompts = PromptField.Read(fields, model);
        GenerationCall call = Read(fields, model, [.. prompts.Select(prompt => prompt.Tokens)], SamplingFields.ChoicesMaxOf(options), RequestIds.Create(context, "cmpl"));
        await responder.RespondAsync(context, call, new CompletionFormat(Echo(fields, call, prompts)));
    }

    private static GenerationCall Read(JsonFields fields, ServedModel model, int[][] prompts, int choicesMax, string id)
    {
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

        int[] maxTokens = [.. prompts.Select(prompt => TokenLimits.Resolve(fields, ["max_tokens"], "prompt", model, prompt.Length, DefaultMaxTokens))];
        int? logprobs = (int?)fields.Integer("logprobs", 0, SamplingParameters.LogprobsMax);
        return new GenerationCall
        {
            Id = id,
            Model = model,
            Prompts = prompts,
            Choices = choices,
            Sampling = SamplingFields.Read(fields, model, maxTokens.Min(), logprobs),
            MaxTokens = maxTokens,
            CacheSalt = CacheSalt.Read(fields),
            HasSeed = fields.TryGet("seed", out _),
            PromptField = "prompt",
            Stream = stream.Stream,
            IncludeUsage = stream.IncludeUsage,
            ContinuousUsage = stream.ContinuousUsage,
        };
    }

    private static string[]? Echo(JsonFields fields, GenerationCall call, (int[] Tokens, string? Text)[] prompts)
    {
        if (!fields.Bool("echo", false))
        {
            return null;
        }

        return call.Sampling.Logprobs is null
            ? [.. prompts.Select(prompt => prompt.Text ?? call.Model.Decode(prompt.Tokens, call.Sampling.SkipSpecialTokens))]
            : throw fields.Invalid("echo", "is true together with 'logprobs', but log-probabilities of the prompt are not supported");
    }
}
