namespace Orleans.Runtime;

/// <summary>The activation that produced an <see cref="IAsyncEnumerable{T}"/> has ended, or dropped it because nobody read for too long.</summary>
public sealed class EnumerationAbortedException : Exception
{
    /// <summary>An exception without words of its own.</summary>
    public EnumerationAbortedException()
    {
    }

    /// <summary>An exception with words.</summary>
    /// <param name="message">The words.</param>
    public EnumerationAbortedException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with words and a cause.</summary>
    /// <param name="message">The words.</param>
    /// <param name="innerException">The cause.</param>
    public EnumerationAbortedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
