namespace Preble.Core.Placement;

/// <summary>Work of some sequences on a worker, in whole numbers, so that adding and taking away leave no trace.</summary>
internal record struct LoadSums
{
    /// <summary>Waiting, in prefill or decoding.</summary>
    public int Sequences;

    /// <summary>Not yet running.</summary>
    public int Waiting;

    /// <summary>
    /// Those of them whose turn goes by the order of the queue: not those that were preempted, which go first. One that has tokens from another worker is told
    /// apart from these by nothing, and taken to be one of them once it is reported.
    /// </summary>
    public int Queued;

    public int Decoding;

    /// <summary>Prompt and generated tokens of all sequences, computed or not.</summary>
    public long ContextTokens;

    /// <summary>The same of those that decode.</summary>
    public long DecodeContextTokens;

    /// <summary>Those of <see cref="ContextTokens"/> that the worker has cached by now.</summary>
    public long CachedTokens;

    /// <summary>Prompt tokens still to be computed.</summary>
    public long PrefillTokens;

    /// <summary>Cached tokens that those who wait will be the first to hold.</summary>
    public long UnheldTokens;

    /// <summary>Predicted time to compute the prompt tokens.</summary>
    public long PrefillNanoseconds;

    public void Add(in LoadSums other)
    {
        Sequences += other.Sequences;
        Waiting += other.Waiting;
        Queued += other.Queued;
        Decoding += other.Decoding;
        ContextTokens += other.ContextTokens;
        DecodeContextTokens += other.DecodeContextTokens;
        CachedTokens += other.CachedTokens;
        PrefillTokens += other.PrefillTokens;
        UnheldTokens += other.UnheldTokens;
        PrefillNanoseconds += other.PrefillNanoseconds;
    }

    public void Subtract(in LoadSums other)
    {
        Sequences -= other.Sequences;
        Waiting -= other.Waiting;
        Queued -= other.Queued;
        Decoding -= other.Decoding;
        ContextTokens -= other.ContextTokens;
        DecodeContextTokens -= other.DecodeContextTokens;
        CachedTokens -= other.CachedTokens;
        PrefillTokens -= other.PrefillTokens;
        UnheldTokens -= other.UnheldTokens;
        PrefillNanoseconds -= other.PrefillNanoseconds;
    }

    public static long Nanoseconds(double seconds) => (long)Math.Min(seconds * 1e9, 1e17);
}
