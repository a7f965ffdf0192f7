using Preble.Grains.Interfaces;

namespace Preble.Grains;

/// <summary>Makes the event that ends a request which failed.</summary>
public static class Failures
{
    /// <param name="workerId">Where it failed, or empty before it was placed.</param>
    /// <param name="outcome">How; never <see cref="Outcome.Completed"/>.</param>
    /// <param name="message">For the client.</param>
    /// <param name="retryAfterSeconds">When trying again makes sense.</param>
    public static GenerationEvent Event(string workerId, Outcome outcome, string message, double? retryAfterSeconds = null) => new()
    {
        Choice = 0,
        Tokens = [],
        Text = "",
        CachedTokens = 0,
        WorkerId = workerId,
        Failure = outcome,
        Message = message,
        RetryAfterSeconds = retryAfterSeconds,
    };
}
