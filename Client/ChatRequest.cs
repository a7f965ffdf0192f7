namespace Preble.Client;

/// <summary>A chat to answer.</summary>
public sealed record ChatRequest : GenerationRequest
{
    /// <summary>At least one, the oldest first.</summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }
}
