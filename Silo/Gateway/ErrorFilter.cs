using Microsoft.AspNetCore.Connections;

namespace Preble.Silo.Gateway;

/// <summary>Turns whatever ends a request early into the API's error shape, and keeps the server serving.</summary>
internal sealed partial class ErrorFilter(RequestDelegate next, ILogger<ErrorFilter> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.GetEndpoint() is null && context.Response.StatusCode == StatusCodes.Status404NotFound)
            {
                await ErrorResponse.SendAsync(context, ApiError.NotFound(null, $"There is no {context.Request.Method} {context.Request.Path} here.", "unknown_url"));
            }
            else if (!context.Response.HasStarted && context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
            {
                string allowed = context.Response.Headers.Allow.ToString();
                string message = $"{context.Request.Method} is not allowed for {context.Request.Path}; allowed: {allowed}.";
                await ErrorResponse.SendAsync(context, new ApiError(405, message, ApiError.InvalidRequest, null, "method_not_allowed"));
                context.Response.Headers.Allow = allowed;
            }
        }
        catch (Exception exception) when (exception is ConnectionResetException || context.RequestAborted.IsCancellationRequested)
        {
            // The client went away: nobody is there to be answered.
        }
        catch (ApiException exception) when (!context.Response.HasStarted)
        {
            await ErrorResponse.SendAsync(context, exception.Error);
        }
        catch (ApiException)
        {
            // The response is on its way to a client that does not read it; it cannot be told.
            context.Abort();
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            string? code = exception.StatusCode == StatusCodes.Status413PayloadTooLarge ? "body_too_large" : null;
            await ErrorResponse.SendAsync(context, new ApiError(exception.StatusCode, exception.Message, ApiError.InvalidRequest, null, code));
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            LogUnexpected(logger, exception, context.Request.Path);
            await ErrorResponse.SendAsync(context, ApiError.Internal);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Unexpected failure in {Path}.")]
    private static partial void LogUnexpected(ILogger logger, Exception exception, string path);
}
