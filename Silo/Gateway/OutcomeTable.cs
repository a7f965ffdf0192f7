using Preble.Grains.Interfaces;

namespace Preble.Silo.Gateway;

/// <summary>The one table from outcomes to HTTP.</summary>
internal static class OutcomeTable
{
    private const int ClientClosedRequest = 499;

    public static ApiError ToError(GenerationEvent failure, string promptField)
    {
        Outcome outcome = failure.Failure ?? throw new ArgumentException("The event is not a failure.", nameof(failure));
        (int status, string type, string? param, string code) = outcome switch
        {
            Outcome.PromptTooLong => (StatusCodes.Status400BadRequest, ApiError.InvalidRequest, promptField, "context_length_exceeded"),
            Outcome.DuplicateRequest => (StatusCodes.Status409Conflict, ApiError.InvalidRequest, "request_id", "duplicate_request"),
            Outcome.QueueFull => (StatusCodes.Status429TooManyRequests, "rate_limit_error", null, "rate_limit_exceeded"),
            Outcome.Cancelled => (ClientClosedRequest, "cancelled", null, "cancelled"),
            Outcome.NoWorker => (StatusCodes.Status503ServiceUnavailable, "server_error", null, "no_worker"),
            Outcome.WorkerLost => (StatusCodes.Status503ServiceUnavailable, "server_error", null, "worker_lost"),
            Outcome.WorkerDraining => (StatusCodes.Status503ServiceUnavailable, "server_error", null, "worker_draining"),
            Outcome.GatewayLost => (StatusCodes.Status503ServiceUnavailable, "server_error", null, "gateway_lost"),
            Outcome.WorkerFailed => (StatusCodes.Status500InternalServerError, "server_error", (string?)null, "worker_failed"),
            _ => throw new ArgumentException($"Outcome {outcome} is not a failure.", nameof(failure)),
        };
        double? retryAfter = status is 429 or 503 ? failure.RetryAfterSeconds ?? 1 : null;
        return new ApiError(status, failure.Message ?? outcome.ToString(), type, param, code, retryAfter);
    }
}
