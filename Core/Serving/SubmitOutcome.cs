namespace Preble.Core.Serving;

/// <summary>What became of a submitted sequence.</summary>
public enum SubmitOutcome
{
    /// <summary>It waits, and will end with an output that says so, unless it is cancelled.</summary>
    Accepted,

    /// <summary><see cref="LocalSchedulerOptions.WaitingSequencesMax"/> sequences wait already.</summary>
    QueueFull,

    /// <summary>The prompt leaves no room for one more token in the model's context or in all pages together.</summary>
    PromptTooLong,

    /// <summary>A token of the prompt is not in the model's vocabulary.</summary>
    TokenOutOfRange,

    /// <summary>
    /// The limit of new tokens, or the end of the context, is reached by what was generated before: the sequence has ended with
    /// <see cref="FinishReason.Length"/>.
    /// </summary>
    NothingToGenerate,

    /// <summary>The same choice of the same request waits or runs already.</summary>
    Duplicate,
}
