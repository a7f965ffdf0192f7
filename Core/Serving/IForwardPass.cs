namespace Preble.Core.Serving;

/// <summary>
/// One step of a model over a mixed batch of prefill chunks and decodes: the one seam between CPU, GPU and simulated execution.
/// <para>Contract. <see cref="Forward"/> reads the keys and values of all positions before <see cref="BatchEntry.Start"/>, which earlier steps have
/// written, from the entry's pages, and writes those of the entry's own tokens into them; it changes no other page. Entries never read each other's
/// tokens of the same step. What it computes for a token depends on that token's sequence alone: not on the batch around it, on how the prompt was
/// cut into chunks, or on whether a page was computed now or long ago; same inputs, same bits. It is called by one thread at a time and never waits
/// for anything but its own computation.</para>
/// </summary>
public interface IForwardPass
{
    /// <summary>Size of a row of logits, in tokens.</summary>
    int VocabularySize { get; }

    /// <summary>Tokens in a page.</summary>
    int PageTokens { get; }

    /// <summary>Pages that its key-value memory holds; page ids run from 0.</summary>
    int PageCount { get; }

    /// <summary>Largest position plus one that the model accepts, in tokens.</summary>
    int ContextTokensMax { get; }

    /// <summary>Computes one step.</summary>
    /// <param name="batch">At least one entry. Throws <see cref="ArgumentException"/> for a page id, token id or position out of range, before anything
    /// is written.</param>
    void Forward(ReadOnlySpan<BatchEntry> batch);

    /// <summary>Whether it chooses tokens by itself for entries with a <see cref="BatchEntry.Choice"/>; if not, no entry has one.</summary>
    bool ChoosesTokens => false;

    /// <summary>Whether its device is gone for good: every further call throws.</summary>
    bool IsLost => false;

    /// <summary>
    /// The logits after the last token of entry <paramref name="index"/> of the last step, which must have had <see cref="BatchEntry.WantsLogits"/>
    /// and no <see cref="BatchEntry.Choice"/>.
    /// </summary>
    /// <returns>[VocabularySize]; valid until the next call of <see cref="Forward"/>; the caller may overwrite it.</returns>
    Span<float> Logits(int index);

    /// <summary>The token that was chosen for entry <paramref name="index"/> of the last step, which must have had a <see cref="BatchEntry.Choice"/>.</summary>
    /// <exception cref="InvalidOperationException">Its logits have one that is not a number, or none that is finite at their top.</exception>
    int ChosenToken(int index) => throw new NotSupportedException("This forward pass leaves choices to the sampler.");
}
