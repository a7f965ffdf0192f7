namespace Preble.Fault.Tests.Network;

/// <summary>What happens to one message and its reply.</summary>
internal readonly record struct Fate
{
    /// <summary>Time on the way there.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Time on the way back.</summary>
    public TimeSpan ReplyDelay { get; init; }

    /// <summary>Whether it never arrives, and the sender hears nothing.</summary>
    public bool IsLost { get; init; }

    /// <summary>Whether the sender is told at once that it did not arrive.</summary>
    public bool IsRefused { get; init; }

    /// <summary>Whether the sender is told at once that it was cancelled, as a look for a grain that moves is.</summary>
    public bool IsCancelled { get; init; }

    /// <summary>Whether it arrives, and the sender does not hear of it.</summary>
    public bool IsReplyLost { get; init; }

    /// <summary>When it arrives once more, after the first time.</summary>
    public TimeSpan? Again { get; init; }

    public override string ToString() =>
        IsRefused ? "refused" : IsCancelled ? "cancelled" : IsLost ? "lost" : IsReplyLost ? "reply lost"
        : Again is { } again ? $"repeated after {again.TotalSeconds:F1} s"
        : Delay > TimeSpan.Zero ? $"{Delay.TotalSeconds:F1} s late" : $"reply {ReplyDelay.TotalSeconds:F1} s late";
}
