namespace Preble.Core.Placement;

/// <summary>What was sent to a worker, and what it finished, within the window H.</summary>
public record struct WindowSums
{
    /// <summary>Requests sent to it.</summary>
    public int Requests { get; set; }

    /// <summary>Predicted prefill of their missed tokens, in seconds.</summary>
    public double PrefillSeconds { get; set; }

    /// <summary>Tokens of their prompts.</summary>
    public long PromptTokens { get; set; }

    /// <summary>Sequences that it finished.</summary>
    public int Finished { get; set; }

    /// <summary>Tokens that those produced.</summary>
    public long OutputTokens { get; set; }

    internal void Add(in WindowSums other)
    {
        Requests += other.Requests;
        PrefillSeconds += other.PrefillSeconds;
        PromptTokens += other.PromptTokens;
        Finished += other.Finished;
        OutputTokens += other.OutputTokens;
    }
}
