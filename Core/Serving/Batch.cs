namespace Preble.Core.Serving;

/// <summary>The forward pass that is being put together, within a budget of tokens.</summary>
/// <param name="memory">Gives the pages.</param>
/// <param name="tokensMax">The budget.</param>
/// <param name="sequencesMax">Entries at most.</param>
/// <param name="wholePrompts">Whether a prompt that is longer than what the budget leaves waits for a step of its own instead of being cut.</param>
internal sealed class Batch(SequenceMemory memory, int tokensMax, int sequencesMax, bool wholePrompts)
{
    private readonly BatchEntry[] _entries = new BatchEntry[sequencesMax];
    private readonly Sequence[] _sequences = new Sequence[sequencesMax];
    private int _tokens;
    private bool _hasPrefill;

    public int Count { get; private set; }

    /// <summary>Tokens that may still be added.</summary>
    public int TokensLeft => Math.Max(0, tokensMax - _tokens);

    /// <summary>[Count]</summary>
    public ReadOnlySpan<BatchEntry> Entries => _entries.AsSpan(0, Count);

    /// <summary>Whose entries they are. [Count]</summary>
    public ReadOnlySpan<Sequence> Sequences => _sequences.AsSpan(0, Count);

    /// <summary>Adds the next tokens of a sequence: as many as wanted, as the budget leaves, and as there are pages for.</summary>
    /// <returns>Tokens added; 0 if the sequence is not in the batch.</returns>
    public int Add(Sequence sequence)
    {
        int left = sequence.Length - sequence.Computed;
        bool prefills = sequence.Phase == SequencePhase.Prefill;
        if (wholePrompts && prefills && left > TokensLeft && _hasPrefill) return 0;
        int wanted = wholePrompts && prefills ? left : Math.Min(left, TokensLeft);
        if (wanted == 0) return 0;
        int count = memory.Grow(sequence, wanted);
        if (count == 0) return 0;
        _sequences[Count] = sequence;
        _entries[Count++] = sequence.Entry(count, memory.PageTokens);
        _tokens += count;
        _hasPrefill |= prefills;
        return count;
    }

    /// <summary>Leaves the choice of tokens to the forward pass, as far as the samplers do.</summary>
    public void Choose()
    {
        for (int i = 0; i < Count; i++)
        {
            if (_entries[i].WantsLogits) _entries[i] = _sequences[i].Choose(_entries[i]);
        }
    }

    /// <summary>Empties the batch and lets go of what it referred to.</summary>
    public void Clear()
    {
        Array.Clear(_entries, 0, Count);
        Array.Clear(_sequences, 0, Count);
        Count = 0;
        _tokens = 0;
        _hasPrefill = false;
    }
}
