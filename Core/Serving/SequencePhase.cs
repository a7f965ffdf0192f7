namespace Preble.Core.Serving;

/// <summary>What a live sequence is doing.</summary>
public enum SequencePhase
{
    /// <summary>In the queue, new or preempted; it holds no pages.</summary>
    Waiting,

    /// <summary>Its context is being computed.</summary>
    Prefill,

    /// <summary>It produces a token each step.</summary>
    Decode,
}
