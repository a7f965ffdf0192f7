namespace Preble.Silo.Gateway;

/// <summary>Ends the handling of a request that cannot be served; caught in one place, <see cref="ErrorFilter"/>.</summary>
internal sealed class ApiException(ApiError error) : Exception(error.Message)
{
    public ApiError Error { get; } = error;
}
