namespace Preble.Grains.Interfaces;

/// <summary>Where a sequence stands on its worker.</summary>
[GenerateSerializer]
[Alias("preble.sequence-phase")]
public enum SequencePhase
{
    /// <summary>In the waiting queue.</summary>
    Waiting,

    /// <summary>Its prompt is being computed.</summary>
    Prefill,

    /// <summary>It produces tokens.</summary>
    Decode,
}
