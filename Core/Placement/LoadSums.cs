namespace Preble.Core.Placement;

/// <summary>Work of some sequences on a worker, in whole numbers, so that adding and taking away leave no trace.</summary>
internal record struct LoadSums
{
    /// <summary>Waiting, in prefill or decoding.</summary>
    public int Sequences;

    /// <summary>Not yet running.</summary>
    public int Waiting;

    /// <summary>Those of them whose turn goes by the order of the queue: not those that ran before, which go first.</summary>
    public int Queued;

    public int Decoding;

    /// <summary>Prompt and generated tokens of all sequences, computed or not.</summary>
    public long ContextTokens;

    /// <summary>The same of those that decode.</summary>
    public long DecodeContextTokens;

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
        PrefillTokens -= other.PrefillTokens;
        UnheldTokens -= other.UnheldTokens;
        PrefillNanoseconds -= other.PrefillNanoseconds;
    }

    public static long Nanoseconds(double seconds) => (long)Math.Min(seconds * 1e9, 1e17);
}
