using Preble.Grains.Interfaces;

namespace Preble.Client;

/// <summary>The one table from what the cluster and its host say to what callers are told.</summary>
internal static class FailureTable
{
    private const int NotFound = 404;
    private const string ContextLengthExceeded = "context_length_exceeded";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>A call that was refused before it ran.</summary>
    public static PrebleException Of(CallRefusal refusal)
    {
        PrebleFailure failure = refusal switch
        {
            { Status: NotFound } => PrebleFailure.ModelNotFound,
            { Code: ContextLengthExceeded } => PrebleFailure.PromptTooLong,
            _ => PrebleFailure.InvalidRequest,
        };
        return new PrebleException(failure, refusal.Message) { Param = refusal.Param };
    }

    /// <summary>A call that failed while it ran.</summary>
    public static PrebleException Of(GenerationEvent item, string promptField)
    {
        Outcome outcome = item.Failure ?? throw new ArgumentException("The event is not a failure.", nameof(item));
        (PrebleFailure failure, string? param, bool again) = outcome switch
        {
            Outcome.PromptTooLong => (PrebleFailure.PromptTooLong, promptField, false),
            Outcome.DuplicateRequest => (PrebleFailure.DuplicateRequest, null, false),
            Outcome.QueueFull => (PrebleFailure.QueueFull, null, true),
            Outcome.Cancelled => (PrebleFailure.Cancelled, null, false),
            Outcome.NoWorker => (PrebleFailure.NoWorker, null, true),
            Outcome.WorkerLost or Outcome.WorkerDraining => (PrebleFailure.WorkerLost, null, true),
            Outcome.GatewayLost => (PrebleFailure.ClusterUnavailable, null, true),
            Outcome.WorkerFailed => (PrebleFailure.WorkerFailed, null, false),
            _ => (PrebleFailure.ServerError, (string?)null, false),
        };
        TimeSpan wait = item.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Soon;
        return new PrebleException(failure, item.Message ?? outcome.ToString()) { Param = param, RetryAfter = again ? wait : null };
    }

    /// <summary>A call that could not even be sent: a host that never was connected, or has stopped, knows no class for any grain.</summary>
    public static PrebleException Unsent(Exception exception) => exception as PrebleException ?? Away(exception);

    /// <summary>A cluster whose messages are not this client's.</summary>
    public static PrebleException OtherContracts(int theirs) => new(
        PrebleFailure.ContractMismatch,
        $"The cluster has contracts of version {theirs}, but this client has version {ContractVersion.Current}; it must be built from sources with the cluster's.");

    /// <summary>What the host of grains threw.</summary>
    public static PrebleException Of(Exception exception) => exception switch
    {
        PrebleException known => known,
        LimitExceededException =>
            new PrebleException(PrebleFailure.QueueFull, $"A silo has more calls before it than it may: {exception.Message}", exception) { RetryAfter = Soon },
        _ when IsAway(exception) => Away(exception),
        _ => new PrebleException(PrebleFailure.ServerError, $"The cluster failed to handle the call: {exception.Message}", exception),
    };

    /// <summary>Whether the silo that had a call may be gone, and another can have it.</summary>
    public static bool IsLost(Exception exception) =>
        exception is not LimitExceededException && (HostFailures.MayPass(exception) || exception is EnumerationAbortedException);

    /// <remarks>A host that is stopping cancels what it has and disposes what it had.</remarks>
    private static bool IsAway(Exception exception) =>
        HostFailures.MayPass(exception) || exception is EnumerationAbortedException or ObjectDisposedException;

    private static PrebleException Away(Exception exception) =>
        new(PrebleFailure.ClusterUnavailable, $"The cluster cannot be reached: {exception.Message}", exception) { RetryAfter = Soon };
}
