namespace Preble.Client;

/// <summary>A call that could not be served.</summary>
/// <param name="failure">What went wrong.</param>
/// <param name="message">For a person; it names field, value and what is allowed where there is one.</param>
/// <param name="cause">What the host of grains threw, if it did.</param>
public sealed class PrebleException(PrebleFailure failure, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What went wrong.</summary>
    public PrebleFailure Failure { get; } = failure;

    /// <summary>The field of the HTTP API's body that is at fault, or null.</summary>
    public string? Param { get; init; }

    /// <summary>When trying again makes sense; null when it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
