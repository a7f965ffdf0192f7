using Preble.Core.Caching;

namespace Preble.Core.Serving;

/// <summary>A live sequence: its tokens, how far they are computed, and the pages they are computed into.</summary>
internal sealed class Sequence
{
    private int[] _tokens;
    private int[] _pages = [];

    /// <param name="request">As submitted.</param>
    /// <param name="arrival">Counts the accepted sequences of the scheduler.</param>
    /// <param name="lengthMax">Tokens of context with which it ends. [tokens]</param>
    /// <param name="now">When it was submitted.</param>
    public Sequence(SequenceRequest request, long arrival, int lengthMax, TimeSpan now)
    {
        SubmittedAt = now;
        Request = request;
        Arrival = arrival;
        LengthMax = lengthMax;
        Length = request.Prompt.Length + request.Generated.Length;

        // Room for a short answer; a long one doubles it.
        _tokens = new int[Math.Min(lengthMax, Length + 64)];
        request.Prompt.Tokens.Span.CopyTo(_tokens);
        request.Generated.Span.CopyTo(_tokens.AsSpan(request.Prompt.Length));
    }

    public SequenceRequest Request { get; }

    public long Arrival { get; }

    public TimeSpan SubmittedAt { get; }

    /// <summary>Prompt and output so far. [tokens]</summary>
    public int Length { get; private set; }

    public int LengthMax { get; }

    public int GeneratedTokens => Length - Request.Prompt.Length;

    public SequencePhase Phase { get; private set; } = SequencePhase.Waiting;

    /// <summary>Leading tokens whose keys and values stand in the pages. [tokens]</summary>
    public int Computed { get; private set; }

    /// <summary>Pages in the table: first those of the pin's path, then the sequence's own.</summary>
    public int PageCount { get; private set; }

    public PrefixPin? Pin { get; private set; }

    /// <summary>Found in the cache at the latest admission; while waiting, when the cache was last asked. [tokens]</summary>
    public int CachedTokens { get; set; }

    /// <summary>The cache's version at which <see cref="CachedTokens"/> was asked; -1 if never. For the queue.</summary>
    public long CachedVersion { get; set; } = -1;

    /// <summary>Later arrivals that were admitted before it. For the queue.</summary>
    public int PassedOver { get; set; }

    /// <summary>Whether, in this step, it waits for a running sequence to compute what both need. For the queue.</summary>
    public bool Deferred { get; set; }

    public bool WasPreempted { get; private set; }

    /// <summary>What its sampler threw when it was asked, in this step, how to choose the next token.</summary>
    public Exception? ChoiceError { get; private set; }

    /// <summary>[Length]</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Length);

    /// <summary>[PageCount]</summary>
    public ReadOnlySpan<int> Pages => _pages.AsSpan(0, PageCount);

    public Span<int> PageTable => _pages.AsSpan(0, PageCount);

    /// <summary>Takes its place among the running, with room for the pages that the cache may find.</summary>
    public Span<int> Admit(int cachedPagesMax)
    {
        Phase = SequencePhase.Prefill;
        Reserve(cachedPagesMax);
        return _pages.AsSpan(0, cachedPagesMax);
    }

    /// <summary>Starts behind what the cache had, which is the beginning of the page table.</summary>
    public void StartBehind(PrefixPin pin, int pageTokens)
    {
        Pin = pin;
        PageCount = pin.Pages;
        Computed = CachedTokens = pin.Pages * pageTokens;
    }

    /// <summary>Adds a page of its own.</summary>
    public void AddPage(int page)
    {
        Reserve(PageCount + 1);
        _pages[PageCount++] = page;
    }

    /// <summary>Its part in a batch: the next <paramref name="count"/> tokens.</summary>
    public BatchEntry Entry(int count, int pageTokens)
    {
        int end = Computed + count;
        int pages = (end + pageTokens - 1) / pageTokens;
        return new BatchEntry(_tokens.AsMemory(Computed, count), Computed, _pages.AsMemory(0, pages), WantsLogits: end == Length);
    }

    /// <summary>An entry of it with its sampler's choice, where it has one.</summary>
    public BatchEntry Choose(BatchEntry entry)
    {
        try
        {
            ChoiceError = null;
            return entry with { Choice = Request.Sampler.NextChoice() };
        }
        catch (Exception error)
        {
            ChoiceError = error;
            return entry;
        }
    }

    public void Advance(int count) => Computed += count;

    public void Append(int token)
    {
        if (Length == _tokens.Length) Array.Resize(ref _tokens, (int)Math.Min(LengthMax, 2L * Length));
        _tokens[Length++] = token;
        Phase = SequencePhase.Decode;
    }

    /// <summary>Forgets the pages, which have been given back, and returns to the queue with all its tokens as context.</summary>
    public void Preempt()
    {
        Drop();
        Phase = SequencePhase.Waiting;
        WasPreempted = true;
        CachedTokens = 0;
        CachedVersion = -1;
    }

    /// <summary>Forgets the pages, which have been given back.</summary>
    public void Drop()
    {
        Pin = null;
        PageCount = 0;
        Computed = 0;
    }

    public SequenceSnapshot Snapshot() => new(
        Request.Id,
        Request.Choice,
        Phase,
        Request.Prompt.Length,
        CachedTokens,
        Phase switch { SequencePhase.Waiting => Length - CachedTokens, SequencePhase.Prefill => Length - Computed, _ => 0 },
        Length,
        GeneratedTokens);

    private void Reserve(int pages)
    {
        if (_pages.Length < pages) Array.Resize(ref _pages, Math.Max(pages, Math.Max(8, 2 * _pages.Length)));
    }
}
