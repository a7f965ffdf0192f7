using Preble.Grains;

namespace Preble.Silo.Gateway;

/// <summary>The gateway's table of contents.</summary>
internal static class GatewayExtensions
{
    public static void AddGateway(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ServedModels>();
        builder.Services.AddSingleton<Responder>();
        builder.Services.AddSingleton<Drain>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Drain>());
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddSingleton<IPromptPreparer, PromptPreparer>();

        // After the drain, connections whose clients do not read get no more than this.
        builder.Services.AddOptions<HostOptions>().Configure<PrebleOptions, SiloIdentity>((host, options, silo) =>
            host.ShutdownTimeout = Drain.Notice(options, silo) + TimeSpan.FromSeconds(options.DrainSeconds + 2));
    }

    public static void MapGateway(this WebApplication app)
    {
        app.UseMiddleware<ErrorFilter>();
        app.UseRouting();
        app.MapHealth();
        if (!app.Services.GetRequiredService<SiloIdentity>().IsGateway)
        {
            return;
        }

        app.MapChatCompletions();
        app.MapCompletions();
        app.MapModels();
        app.MapRequests();
    }
}
