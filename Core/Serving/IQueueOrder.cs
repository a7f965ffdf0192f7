namespace Preble.Core.Serving;

/// <summary>
/// Decides which waiting sequence is admitted next.
/// <para>Contract. Deterministic. <see cref="Next"/> changes nothing: it may be asked again, and its answer may not be followed (the sequence may not
/// fit, or another may have been passed over too often). <see cref="Admitted"/> is told of every admission out of the queue, by whatever rule. An
/// order may starve a sequence; the queue bounds that.</para>
/// </summary>
public interface IQueueOrder
{
    /// <summary>The name in the configuration.</summary>
    string Name { get; }

    /// <summary>Whether it reads <see cref="QueueCandidate.CachedTokens"/>, which are asked anew before the admissions of a step only then.</summary>
    bool ReadsCachedTokens { get; }

    /// <summary>
    /// Whether one that it chose, and for which there is no room, may be passed over by those who mostly share what running sequences hold, as Preble skips
    /// what does not fit; else nobody is admitted before it.
    /// </summary>
    bool PassesOverForRoom => false;

    /// <summary>The one to admit next.</summary>
    /// <param name="candidates">At least one, in order of arrival.</param>
    /// <returns>Its index.</returns>
    int Next(ReadOnlySpan<QueueCandidate> candidates);

    /// <summary>Notes an admission.</summary>
    void Admitted(QueueCandidate candidate);
}
