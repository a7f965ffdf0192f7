namespace Preble.Core.Placement;

/// <summary>What a sequence is doing on its worker.</summary>
public enum ReportedPhase
{
    /// <summary>It waits for room.</summary>
    Waiting,

    /// <summary>Its prompt is being computed.</summary>
    Prefill,

    /// <summary>It produces tokens.</summary>
    Decode,
}
