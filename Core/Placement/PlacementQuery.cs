namespace Preble.Core.Placement;

/// <summary>A prompt that wants a worker.</summary>
/// <param name="id">The request. A request that is placed again leaves the worker it was on.</param>
/// <param name="promptTokens">Tokens of the prompt, at least one.</param>
/// <param name="maxNewTokens">Tokens that each choice may produce, at least one.</param>
/// <param name="choices">Sequences wanted for the prompt, at least one.</param>
/// <param name="excluded">Workers not to be tried, as they have failed this request already.</param>
public readonly ref struct PlacementQuery(RequestId id, int promptTokens, int maxNewTokens, int choices = 1, ReadOnlyMemory<WorkerId> excluded = default)
{
    public RequestId Id { get; } = id;

    public int PromptTokens { get; } = promptTokens;

    public int MaxNewTokens { get; } = maxNewTokens;

    public int Choices { get; } = choices;

    public ReadOnlyMemory<WorkerId> Excluded { get; } = excluded;

    /// <summary>Keys of the prompt's whole pages, for policies that place by the prompt itself. [pages]</summary>
    public ReadOnlySpan<PageKey> Keys { get; init; }
}
