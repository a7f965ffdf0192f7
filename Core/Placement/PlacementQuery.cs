namespace Preble.Core.Placement;

/// <summary>A prompt that wants a worker.</summary>
/// <param name="Id">The request. A request that is placed again leaves the worker it was on.</param>
/// <param name="PromptTokens">Tokens of the prompt, at least one.</param>
/// <param name="MaxNewTokens">Tokens that each choice may produce, at least one.</param>
/// <param name="Choices">Sequences wanted for the prompt, at least one.</param>
/// <param name="Excluded">Workers not to be tried, as they have failed this request already.</param>
public readonly record struct PlacementQuery(
    RequestId Id, int PromptTokens, int MaxNewTokens, int Choices = 1, ReadOnlyMemory<WorkerId> Excluded = default);
