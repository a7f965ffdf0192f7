namespace Preble.Client;

/// <summary>A whole answer.</summary>
public sealed record GenerationResult
{
    /// <summary>Id of the call, and of the request of its first prompt.</summary>
    public required string RequestId { get; init; }

    /// <summary>Choice c of prompt p is at p times the choices of a prompt, plus c.</summary>
    public required IReadOnlyList<GenerationChoice> Choices { get; init; }

    /// <summary>Tokens of the call.</summary>
    public required TokenUsage Usage { get; init; }

    /// <summary>Text of the first choice.</summary>
    public string Text => Choices[0].Text;
}
