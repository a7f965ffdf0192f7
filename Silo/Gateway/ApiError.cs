namespace Preble.Silo.Gateway;

/// <summary>An error as the OpenAI API shapes it.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Message">Names the field, the value and what is allowed.</param>
/// <param name="Type">Class of errors, such as <c>invalid_request_error</c>.</param>
/// <param name="Param">The field at fault.</param>
/// <param name="Code">For programs.</param>
/// <param name="RetryAfterSeconds">Sent as Retry-After.</param>
internal sealed record ApiError(int Status, string Message, string Type, string? Param = null, string? Code = null, double? RetryAfterSeconds = null)
{
    public const string InvalidRequest = "invalid_request_error";

    /// <summary>A fault of the server itself.</summary>
    public static ApiError Internal { get; } =
        new(StatusCodes.Status500InternalServerError, "The server failed to handle the request; its log says why.", "server_error", null, "internal_error");

    /// <summary>The program was told to stop, and the request took too long to end by itself.</summary>
    public static ApiError Stopping { get; } =
        new(StatusCodes.Status503ServiceUnavailable, "The server is stopping.", "server_error", null, "stopping", RetryAfterSeconds: 1);

    /// <summary>A field that is not as it must be.</summary>
    public static ApiError Invalid(string? param, string message, string? code = null) =>
        new(StatusCodes.Status400BadRequest, message, InvalidRequest, param, code);

    /// <summary>An unknown thing in the path or in <c>model</c>.</summary>
    public static ApiError NotFound(string? param, string message, string code) =>
        new(StatusCodes.Status404NotFound, message, InvalidRequest, param, code);
}
