using Preble.Core.Serving;

namespace Preble.Engine.Cpu;

/// <summary>The contract of <see cref="IForwardPass.Forward"/>, checked before anything is written.</summary>
internal sealed class BatchCheck(IForwardPass pass)
{
    // Number of the step that last wrote each page, so that two entries that write one page are found without clearing.
    private readonly int[] _writtenIn = new int[pass.PageCount];
    private int _step;

    /// <summary>Returns the number of tokens in the batch. Throws <see cref="ArgumentException"/> naming entry and value.</summary>
    internal int Check(ReadOnlySpan<BatchEntry> batch)
    {
        if (batch.Length is 0 or > CpuForwardPass.BatchEntriesMax)
        {
            throw new ArgumentException($"The batch has {batch.Length} entries; 1 to {CpuForwardPass.BatchEntriesMax} were expected.", nameof(batch));
        }

        if (++_step == int.MaxValue)
        {
            Array.Clear(_writtenIn);
            _step = 1;
        }

        long rows = 0;
        for (int i = 0; i < batch.Length; i++)
        {
            CheckEntry(i, batch[i]);
            rows += batch[i].Tokens.Length;
        }

        return checked((int)rows);
    }

    private void CheckEntry(int index, in BatchEntry entry)
    {
        ReadOnlySpan<int> tokens = entry.Tokens.Span;
        if (tokens.Length == 0)
        {
            throw Error(index, "it has no tokens");
        }

        if (entry.Start < 0 || entry.Start > pass.ContextTokensMax - tokens.Length)
        {
            throw Error(index, $"positions {entry.Start} to {(long)entry.Start + tokens.Length - 1} do not lie in the context of {pass.ContextTokensMax} tokens");
        }

        foreach (int token in tokens)
        {
            if ((uint)token >= (uint)pass.VocabularySize)
            {
                throw Error(index, $"token id {token} is not in the vocabulary of {pass.VocabularySize}");
            }
        }

        int used = ((entry.Start + tokens.Length - 1) / pass.PageTokens) + 1;
        if (entry.Pages.Length < used)
        {
            throw Error(index, $"it has {entry.Pages.Length} pages of {pass.PageTokens} tokens, but its {entry.Start + tokens.Length} tokens need {used}");
        }

        ReadOnlySpan<int> pages = entry.Pages.Span[..used];
        foreach (int page in pages)
        {
            if ((uint)page >= (uint)pass.PageCount)
            {
                throw Error(index, $"page id {page} is not among the {pass.PageCount} pages");
            }
        }

        foreach (int page in pages[(entry.Start / pass.PageTokens)..])
        {
            if (_writtenIn[page] == _step)
            {
                throw Error(index, $"page {page} is written a second time in this step");
            }

            _writtenIn[page] = _step;
        }
    }

    private static ArgumentException Error(int index, string problem) => new($"Entry {index} of the batch: {problem}.", "batch");
}
