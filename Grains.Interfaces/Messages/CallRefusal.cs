namespace Preble.Grains.Interfaces;

/// <summary>What is wrong with a call, in the terms of the OpenAI API.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.call-refusal")]
public sealed record CallRefusal
{
    /// <summary>As the gateway would answer, such as 400.</summary>
    [Id(0)]
    public required int Status { get; init; }

    /// <summary>Such as <c>invalid_request_error</c>.</summary>
    [Id(1)]
    public required string Type { get; init; }

    /// <summary>The field, or null.</summary>
    [Id(2)]
    public string? Param { get; init; }

    /// <summary>Such as <c>context_length_exceeded</c>, or null.</summary>
    [Id(3)]
    public string? Code { get; init; }

    /// <summary>Names the field, the value and what is allowed.</summary>
    [Id(4)]
    public required string Message { get; init; }
}
