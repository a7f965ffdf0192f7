using System.Runtime.InteropServices;
using Preble.Core;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Gateway;

/// <summary>A request to generate text, checked and tokenized.</summary>
internal sealed record GenerationCall
{
    /// <summary>Id of the response; of the first prompt's grain, too.</summary>
    public required string Id { get; init; }

    /// <summary>The model that was asked for.</summary>
    public required ServedModel Model { get; init; }

    /// <summary>[prompts][tokens]; one for a chat.</summary>
    public required IReadOnlyList<int[]> Prompts { get; init; }

    /// <summary>Completions of each prompt. Choice c of prompt p has index <c>p * Choices + c</c> in the response.</summary>
    public required int Choices { get; init; }

    /// <summary>How tokens are chosen, the same for all prompts but for the limit of new tokens.</summary>
    public required SamplingOptions Sampling { get; init; }

    /// <summary>Whether the client gave the seed: then every prompt draws alike, else each draws for itself.</summary>
    public required bool HasSeed { get; init; }

    /// <summary>The field that holds the prompt, for errors.</summary>
    public required string PromptField { get; init; }

    /// <summary>Limit of new tokens of each prompt. [prompts]</summary>
    public required IReadOnlyList<int> MaxTokens { get; init; }

    /// <summary>The tenant's salt, or empty.</summary>
    public required string CacheSalt { get; init; }

    /// <summary>The prompts' texts, if they come before the completions. [prompts]</summary>
    public string[]? Echo { get; init; }

    /// <summary>Whether the answer is a stream of server-sent events.</summary>
    public required bool Stream { get; init; }

    /// <summary>Whether the stream ends with a chunk of usage.</summary>
    public required bool IncludeUsage { get; init; }

    /// <summary>Whether every chunk carries the usage so far.</summary>
    public required bool ContinuousUsage { get; init; }

    /// <summary>Completions in all.</summary>
    public int ChoicesInAll => Prompts.Count * Choices;

    /// <summary>What the prompts' request grains run. [prompts]</summary>
    public GenerateRequest[] ToRequests() => [.. Prompts.Select(ToRequest)];

    private GenerateRequest ToRequest(int[] tokens, int prompt)
    {
        ulong seed = Model.PageKeySeed(CacheSalt);
        var keys = new ulong[tokens.Length / Model.PageTokens];
        PageKeys.Compute(seed, tokens, Model.PageTokens, MemoryMarshal.Cast<ulong, PageKey>(keys.AsSpan()));
        return new GenerateRequest
        {
            RequestId = RequestIds.OfPrompt(Id, prompt),
            Model = Model.Name,
            PromptTokens = tokens,
            PageKeySeed = seed,
            PageKeys = keys,
            Choices = Choices,
            Sampling = Sampling with { MaxTokens = MaxTokens[prompt], Seed = SeedOf(prompt) },
        };
    }

    private long SeedOf(int prompt) => HasSeed ? Sampling.Seed : unchecked(Sampling.Seed + ((long)prompt * Choices));
}
