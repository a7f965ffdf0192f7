using System.Text.Json.Nodes;

namespace Preble.Client;

/// <summary>A message of a chat.</summary>
/// <param name="Role">Such as <c>system</c>, <c>user</c>, <c>assistant</c>, <c>tool</c>.</param>
/// <param name="Content">Its text; null only for an assistant's that has none.</param>
public sealed record ChatMessage(string Role, string? Content)
{
    /// <summary>Further fields that the model's chat template reads, such as <c>name</c> or <c>tool_calls</c>.</summary>
    public JsonObject? OtherFields { get; init; }

    /// <summary>What the model is to know or to keep to.</summary>
    public static ChatMessage System(string content) => new("system", content);

    /// <summary>What the person says.</summary>
    public static ChatMessage User(string content) => new("user", content);

    /// <summary>What the model has said.</summary>
    public static ChatMessage Assistant(string content) => new("assistant", content);
}
