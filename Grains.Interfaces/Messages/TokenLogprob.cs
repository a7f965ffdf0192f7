namespace Preble.Grains.Interfaces;

/// <summary>The log-probability of a chosen token, with the likeliest alternatives.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.token-logprob")]
public sealed record TokenLogprob
{
    /// <summary>Its id.</summary>
    [Id(0)]
    public required int Token { get; init; }

    /// <summary>Its UTF-8 bytes; may be a part of a character.</summary>
    [Id(1)]
    public required byte[] Bytes { get; init; }

    /// <summary>Natural logarithm of its probability before temperature and penalties.</summary>
    [Id(2)]
    public required float Logprob { get; init; }

    /// <summary>Likeliest tokens first.</summary>
    [Id(3)]
    public required TokenAlternative[] Top { get; init; }
}
