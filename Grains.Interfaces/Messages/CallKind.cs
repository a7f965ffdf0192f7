namespace Preble.Grains.Interfaces;

/// <summary>What a call asks for.</summary>
[GenerateSerializer]
[Alias("preble.call-kind")]
public enum CallKind
{
    /// <summary>A body of <c>POST /v1/chat/completions</c>.</summary>
    Chat,

    /// <summary>A body of <c>POST /v1/completions</c>, whose prompt may be tokens.</summary>
    Completion,
}
