namespace Preble.Grains.Interfaces;

/// <summary>How far a request has come: what one who has heard nothing for a while must know, and no more, as each silent stream asks for it.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.request-standing")]
public sealed record RequestStanding
{
    /// <summary>Tokens that this run of it has produced, over all choices.</summary>
    [Id(0)]
    public required int ProducedTokens { get; init; }

    /// <summary>Whether it has handed out a piece of its stream and was not yet asked for the next one.</summary>
    [Id(1)]
    public required bool AwaitsReader { get; init; }

    /// <summary>Whether it has ended, however.</summary>
    [Id(2)]
    public required bool HasEnded { get; init; }
}
