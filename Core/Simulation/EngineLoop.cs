namespace Preble.Core.Simulation;

/// <summary>
/// What the loop of a serving engine adds to its forward passes. The default adds nothing: the next step begins when one has ended, with all requests that
/// have come. The other values are there to simulate an engine that is known to lose time between its steps, as SGLang 0.1.12 did.
/// </summary>
public sealed record EngineLoop
{
    /// <summary>Whether a step that computes prompts computes nothing else, so that running streams wait for it.</summary>
    public bool PrefillsAlone { get; init; }

    /// <summary>Steps of decodes alone that are taken in a row before it looks for new requests, at most; a row ends with what clients are told.</summary>
    public int DecodesInRow { get; init; } = 1;

    /// <summary>
    /// Steps with decodes after which running streams are told what they have; first tokens and ends are told at once, in steps that do not count here. 1 tells
    /// each token.
    /// </summary>
    public int StreamEvery { get; init; } = 1;

    /// <summary>Seconds that it rests after a step of which clients were told anything.</summary>
    public double PauseSeconds { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(DecodesInRow, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(StreamEvery, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(PauseSeconds);
    }
}
