namespace Preble.Grains.Interfaces;

/// <summary>A token that could have been chosen.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.token-alternative")]
public sealed record TokenAlternative
{
    /// <summary>Its id.</summary>
    [Id(0)]
    public required int Token { get; init; }

    /// <summary>Its UTF-8 bytes.</summary>
    [Id(1)]
    public required byte[] Bytes { get; init; }

    /// <summary>Natural logarithm of its probability.</summary>
    [Id(2)]
    public required float Logprob { get; init; }
}
