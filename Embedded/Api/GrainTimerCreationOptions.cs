using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>When a grain timer fires and how its callback runs beside requests.</summary>
public readonly struct GrainTimerCreationOptions()
{
    /// <summary>Options with both times and the defaults of the rest.</summary>
    /// <param name="dueTime">Time to the first callback.</param>
    /// <param name="period">Time from the end of one callback to the next.</param>
    [SetsRequiredMembers]
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
        : this()
    {
        DueTime = dueTime;
        Period = period;
    }

    /// <summary>Time to the first callback; <see cref="Timeout.InfiniteTimeSpan"/> for none.</summary>
    public required TimeSpan DueTime { get; init; }

    /// <summary>Time from the end of one callback to the next; <see cref="Timeout.InfiniteTimeSpan"/> for none.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>Whether a callback may start while requests are running. Not by default.</summary>
    public bool Interleave { get; init; }

    /// <summary>Whether callbacks count as use, so that the activation does not become idle. Not by default.</summary>
    public bool KeepAlive { get; init; }
}
