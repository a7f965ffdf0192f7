namespace Preble.Silo.Gateway;

/// <summary>The gateway's table of contents.</summary>
internal static class GatewayExtensions
{
    public static void AddGateway(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ServedModels>();
        builder.Services.AddSingleton<RequestRunner>();
        builder.Services.AddSingleton<Responder>();
    }

    public static void MapGateway(this WebApplication app)
    {
        app.UseMiddleware<ErrorFilter>();
        app.UseRouting();
        app.MapChatCompletions();
        app.MapCompletions();
        app.MapModels();
        app.MapRequests();
        app.MapHealth();
    }
}
