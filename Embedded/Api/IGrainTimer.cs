namespace Orleans.Runtime;

/// <summary>A timer of an activation. It ends with <see cref="IDisposable.Dispose"/> or with the activation.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>Sets both times anew; from within a callback they count from its end.</summary>
    /// <param name="dueTime">Time to the next callback; <see cref="Timeout.InfiniteTimeSpan"/> for none.</param>
    /// <param name="period">Time from the end of one callback to the next; <see cref="Timeout.InfiniteTimeSpan"/> for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">A time is negative (but for the infinite one) or over 2^32 - 2 ms.</exception>
    void Change(TimeSpan dueTime, TimeSpan period);
}
