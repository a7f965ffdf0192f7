namespace Orleans.Runtime;

/// <summary>A named limit of the runtime was reached, so the request was not accepted.</summary>
public sealed class LimitExceededException : OrleansException
{
    /// <summary>An exception without words of its own.</summary>
    public LimitExceededException()
        : base("Limit exceeded")
    {
    }

    /// <summary>An exception with words.</summary>
    /// <param name="message">The words.</param>
    public LimitExceededException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with words and a cause.</summary>
    /// <param name="message">The words.</param>
    /// <param name="innerException">The cause.</param>
    public LimitExceededException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An exception that names the limit and the number that met it.</summary>
    /// <param name="limitName">Name of the limit.</param>
    /// <param name="current">The number now.</param>
    /// <param name="threshold">The limit.</param>
    /// <param name="extraInfo">What the limit is of.</param>
    public LimitExceededException(string limitName, int current, int threshold, object extraInfo)
        : base($"Limit exceeded {limitName} Current={current} Threshold={threshold} {extraInfo}")
    {
    }
}
