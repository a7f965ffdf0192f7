namespace Preble.Silo;

/// <summary>What holds unless the user says otherwise.</summary>
internal static class SiloDefaults
{
    private const string Url = "http://localhost:8080";

    public static void UseSiloDefaults(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(Url);
        }

        // One line for each request would cost more than the request.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);

        // A start that fails is told once, by Program, in words for the person who started it.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null; // BodyReader holds Preble:BodyBytesMax and answers in the API's shape.
        });
    }
}
