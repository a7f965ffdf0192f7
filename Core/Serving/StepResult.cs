namespace Preble.Core.Serving;

/// <summary>
/// What one step did. The scheduler has one and fills it anew in each step: read it before the next. Where the forward pass threw, the counts are
/// what it was asked for.
/// </summary>
public sealed class StepResult
{
    private readonly List<StepOutput> _outputs = [];
    private readonly List<SequenceStart> _started = [];
    private readonly List<SequenceRequest> _preempted = [];

    internal StepResult()
    {
    }

    /// <summary>Tokens and ends, in the order of the batch.</summary>
    public IReadOnlyList<StepOutput> Outputs => _outputs;

    /// <summary>Sequences that left the queue, in the order of their admission.</summary>
    public IReadOnlyList<SequenceStart> Started => _started;

    /// <summary>Sequences that gave up their pages and wait again.</summary>
    public IReadOnlyList<SequenceRequest> Preempted => _preempted;

    /// <summary>
    /// Tokens of context computed, in chunks of more than one: a chunk of one token is to a forward pass what a decode is, and counts as one. [tokens]
    /// </summary>
    public int PrefillTokens { get; private set; }

    /// <summary>What attention over them costs: the sum over chunks of u tokens behind m of <c>u * (m + u/2)</c>. [tokens²]</summary>
    public double PrefillSquares { get; private set; }

    /// <summary>Sequences in decode, each of which computed one token, and prefills of one token. [tokens]</summary>
    public int DecodeTokens { get; private set; }

    /// <summary>Their contexts, the computed tokens included. [tokens]</summary>
    public long DecodeContextTokens { get; private set; }

    /// <summary>Context that stood in the cache when the sequences of <see cref="Started"/> were admitted. [tokens]</summary>
    public int CachedTokens { get; private set; }

    /// <summary>Whether there was nothing to compute: no sequence is live.</summary>
    public bool Idle => PrefillTokens == 0 && DecodeTokens == 0;

    internal void Clear()
    {
        _outputs.Clear();
        _started.Clear();
        _preempted.Clear();
        PrefillTokens = DecodeTokens = CachedTokens = 0;
        PrefillSquares = DecodeContextTokens = 0;
    }

    /// <param name="sequence">Not yet advanced.</param>
    /// <param name="tokens">Of it in the batch; 0 if it is not.</param>
    internal void Add(Sequence sequence, int tokens)
    {
        if (tokens == 1)
        {
            DecodeTokens++;
            DecodeContextTokens += sequence.Computed + 1;
            return;
        }

        PrefillTokens += tokens;
        PrefillSquares += tokens * (sequence.Computed + (tokens / 2.0));
    }

    internal void AddToken(Sequence sequence, int token, FinishReason? finish) => _outputs.Add(new StepOutput(sequence.Request, token, finish, Error: null));

    internal void AddFailure(Sequence sequence, Exception error) => _outputs.Add(new StepOutput(sequence.Request, Token: -1, Finish: null, error));

    internal void AddStart(Sequence sequence, TimeSpan now)
    {
        _started.Add(new SequenceStart(sequence.Request, sequence.Length, sequence.CachedTokens, now - sequence.SubmittedAt, sequence.WasPreempted));
        CachedTokens += sequence.CachedTokens;
    }

    internal void AddPreemption(Sequence sequence) => _preempted.Add(sequence.Request);
}
