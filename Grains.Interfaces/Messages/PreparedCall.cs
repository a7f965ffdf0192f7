namespace Preble.Grains.Interfaces;

/// <summary>A call that can be run, or what is wrong with it: one of both.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.prepared-call")]
public sealed record PreparedCall
{
    /// <summary>One for each prompt, to be run by the request grain of its id; empty if the call is refused.</summary>
    [Id(0)]
    public required GenerateRequest[] Requests { get; init; }

    /// <summary>Why it is refused.</summary>
    [Id(1)]
    public CallRefusal? Refusal { get; init; }

    /// <summary>The prompts' texts, for a caller who asked to have them before the completions. [prompts]</summary>
    [Id(2)]
    public string[]? Echo { get; init; }
}
