namespace Preble.Core.Serving;

/// <summary>The forward pass that is being put together, within a budget of tokens.</summary>
internal sealed class Batch(SequenceMemory memory, int tokensMax, int sequencesMax)
{
    private readonly BatchEntry[] _entries = new BatchEntry[sequencesMax];
    private readonly Sequence[] _sequences = new Sequence[sequencesMax];
    private int _tokens;

    public int Count { get; private set; }

    /// <summary>Tokens that may still be added.</summary>
    public int TokensLeft => tokensMax - _tokens;

    /// <summary>[Count]</summary>
    public ReadOnlySpan<BatchEntry> Entries => _entries.AsSpan(0, Count);

    /// <summary>Whose entries they are. [Count]</summary>
    public ReadOnlySpan<Sequence> Sequences => _sequences.AsSpan(0, Count);

    /// <summary>Adds the next tokens of a sequence: as many as wanted, as the budget leaves, and as there are pages for.</summary>
    /// <returns>Tokens added; 0 if the sequence is not in the batch.</returns>
    public int Add(Sequence sequence)
    {
        int wanted = Math.Min(sequence.Length - sequence.Computed, TokensLeft);
        if (wanted == 0) return 0;
        int count = memory.Grow(sequence, wanted);
        if (count == 0) return 0;
        _sequences[Count] = sequence;
        _entries[Count++] = sequence.Entry(count, memory.PageTokens);
        _tokens += count;
        return count;
    }

    /// <summary>Empties the batch and lets go of what it referred to.</summary>
    public void Clear()
    {
        Array.Clear(_entries, 0, Count);
        Array.Clear(_sequences, 0, Count);
        Count = 0;
        _tokens = 0;
    }
}
