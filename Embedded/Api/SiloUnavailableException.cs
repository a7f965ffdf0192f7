namespace Orleans.Runtime;

/// <summary>The host of the grain has stopped or is stopping.</summary>
public sealed class SiloUnavailableException : OrleansMessageRejectionException
{
    /// <summary>An exception without words of its own.</summary>
    public SiloUnavailableException()
        : base("Silo unavailable")
    {
    }

    /// <summary>An exception with words.</summary>
    /// <param name="msg">The words.</param>
    public SiloUnavailableException(string msg)
        : base(msg)
    {
    }

    /// <summary>An exception with words and a cause.</summary>
    /// <param name="message">The words.</param>
    /// <param name="innerException">The cause.</param>
    public SiloUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
