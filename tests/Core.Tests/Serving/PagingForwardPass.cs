using Preble.Core.Serving;

namespace Preble.Core.Tests.Serving;

/// <summary>
/// A forward pass that checks the paging contract token by token: every position before an entry's start must hold what that sequence, and no other
/// tenant, put there, with the right history behind it; and no entry may write where another reads.
/// </summary>
internal sealed class PagingForwardPass(int pageTokens, int pageCount, int contextTokensMax) : IForwardPass
{
    private readonly Slot[] _slots = new Slot[pageTokens * pageCount];
    private readonly int[] _readers = new int[pageCount];
    private readonly List<float[]?> _logits = [];
    private readonly List<TokenChoice?> _choices = [];

    public int VocabularySize => TokenHistory.VocabularySize;

    public int PageTokens => pageTokens;

    public int PageCount => pageCount;

    public int ContextTokensMax => contextTokensMax;

    public bool ChoosesTokens { get; set; }

    /// <summary>Tokens that it chose itself.</summary>
    public int Chosen { get; private set; }

    /// <summary>Whose entries they are is not in the batch: the test knows the running sequences.</summary>
    public Func<IReadOnlyList<Sequence>> Running { get; set; } = () => [];

    /// <summary>Thrown by the next pass, after it has written rubbish.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Called before each pass with its tokens.</summary>
    public Action<int> OnForward { get; set; } = _ => { };

    /// <summary>What attention of the last pass cost: the sum over entries of u tokens behind m of <c>u * (m + u/2)</c>.</summary>
    public double Squares { get; private set; }

    /// <summary>Entries of the last pass with more than one token.</summary>
    public int Chunks { get; private set; }

    /// <summary>Those of them that did not reach the end of their sequence.</summary>
    public int Cut { get; private set; }

    public void Forward(ReadOnlySpan<BatchEntry> batch)
    {
        (batch.Length > 0).Should().BeTrue("a step computes at least one entry");
        int tokens = 0;
        Squares = Chunks = Cut = 0;
        foreach (BatchEntry entry in batch)
        {
            tokens += entry.Tokens.Length;
            Chunks += entry.Tokens.Length > 1 ? 1 : 0;
            Cut += entry.WantsLogits ? 0 : 1;
            Squares += entry.Tokens.Length * (entry.Start + (entry.Tokens.Length / 2.0));
        }

        OnForward(tokens);

        Array.Clear(_readers);
        foreach (BatchEntry entry in batch) Check(entry, Owner(entry));
        foreach (BatchEntry entry in batch) CheckWrites(entry);
        _logits.Clear();
        _choices.Clear();
        foreach (BatchEntry entry in batch) _choices.Add(entry.Choice);
        foreach (BatchEntry entry in batch) Write(entry, Owner(entry).Request.Prompt.Seed);
        if (Failure is { } failure)
        {
            Failure = null;
            throw failure;
        }
    }

    public Span<float> Logits(int index) => _logits[index] ?? throw new InvalidOperationException("These logits were not asked for.");

    public int ChosenToken(int index)
    {
        _choices[index].Should().NotBeNull("only a described choice is taken from the pass");
        Chosen++;
        return LikeliestSampler.Likeliest(Logits(index));
    }

    private Sequence Owner(BatchEntry entry)
    {
        foreach (Sequence sequence in Running())
        {
            if (sequence.Tokens.Overlaps(entry.Tokens.Span)) return sequence;
        }

        throw new InvalidOperationException("An entry belongs to no running sequence.");
    }

    private void Check(BatchEntry entry, Sequence owner)
    {
        int end = entry.Start + entry.Tokens.Length;
        bool shaped = !entry.Tokens.IsEmpty
            && entry.Start == owner.Computed
            && end <= contextTokensMax
            && entry.Pages.Length == (end + pageTokens - 1) / pageTokens
            && entry.WantsLogits == (end == owner.Length)
            && (entry.Choice is null || (entry.WantsLogits && ChoosesTokens))
            && entry.Tokens.Span.SequenceEqual(owner.Tokens[entry.Start..end]);
        shaped.Should().BeTrue("an entry has the next tokens of its sequence and exactly the pages up to them");
        foreach (int page in entry.Pages.Span) _readers[page]++;

        ulong history = TokenHistory.Start;
        for (int position = 0; position < entry.Start; position++)
        {
            Slot slot = At(entry, position);
            history = TokenHistory.Next(history, owner.Tokens[position]);
            var expected = new Slot(owner.Tokens[position], position, owner.Request.Prompt.Seed, history);
            if (slot != expected) slot.Should().Be(expected, "position {0} must hold the sequence's own history", position);
        }
    }

    private void CheckWrites(BatchEntry entry)
    {
        foreach (int page in entry.Pages.Span[(entry.Start / pageTokens)..])
        {
            if (_readers[page] != 1) _readers[page].Should().Be(1, "page {0} is written and must be its sequence's own", page);
        }
    }

    private void Write(BatchEntry entry, ulong seed)
    {
        ulong history = entry.Start == 0 ? TokenHistory.Start : At(entry, entry.Start - 1).History;
        int position = entry.Start;
        foreach (int token in entry.Tokens.Span)
        {
            history = TokenHistory.Next(history, token);
            At(entry, position) = Failure is null ? new Slot(token, position, seed, history) : new Slot(-1, -1, 0, 0);
            position++;
        }

        float[]? logits = entry.WantsLogits ? new float[VocabularySize] : null;
        if (logits is not null) TokenHistory.Logits(history, logits);
        _logits.Add(logits);
    }

    private ref Slot At(BatchEntry entry, int position) => ref _slots[(entry.Pages.Span[position / pageTokens] * pageTokens) + (position % pageTokens)];

    private readonly record struct Slot(int Token, int Position, ulong Seed, ulong History);
}
