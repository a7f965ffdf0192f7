using System.Text.Json;

namespace Preble.Engine.Text;

/// <summary>What a chat template is rendered with.</summary>
public sealed record ChatTemplateInput
{
    /// <summary>
    /// The conversation: an array of objects with role, content, and whatever else the template reads (name, tool_calls, tool_call_id).
    /// </summary>
    public required JsonElement Messages { get; init; }

    /// <summary>Tools the model may call, an array as the OpenAI API has it; the default (undefined) for none.</summary>
    public JsonElement Tools { get; init; }

    /// <summary>Whether the text ends where the assistant's answer begins.</summary>
    public bool AddGenerationPrompt { get; init; } = true;

    /// <summary>The model's begin-of-sequence token, if it has one.</summary>
    public string? BosToken { get; init; }

    /// <summary>The model's end-of-sequence token, if it has one.</summary>
    public string? EosToken { get; init; }

    /// <summary>The time that the template's strftime_now shows, in its own offset.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>More variables, as chat_template_kwargs gives them: an object whose members override those above; the default for none.</summary>
    public JsonElement Extra { get; init; }
}
