using Preble.Silo.Actors;
using Preble.Silo.Engines;
using Preble.Silo.Gateway;

namespace Preble.Silo;

/// <summary>Preble as a part of an application: the server's own program, and those of others that serve in their own process.</summary>
public static class PrebleHosting
{
    /// <summary>Adds the model, the grains, the engines and the gateway, as the section <see cref="PrebleOptions.Section"/> of the configuration says.</summary>
    /// <exception cref="Exception">The configuration or the model cannot be served; the message says why.</exception>
    public static void AddPreble(this WebApplicationBuilder builder)
    {
        builder.UseSiloDefaults();
        PrebleOptions options = builder.AddPrebleOptions();
        SiloIdentity silo = SiloIdentity.Of(options);
        builder.Services.AddSingleton(silo);
        builder.AddActors(options, silo);
        builder.AddModel(options);
        builder.AddEngines();
        builder.AddGateway();
    }

    /// <summary>Maps the routes of the HTTP API and, on gateways of a cluster, of the dashboard.</summary>
    public static void MapPreble(this WebApplication app)
    {
        app.MapGateway();
        app.MapActors(app.Services.GetRequiredService<SiloIdentity>());
    }
}
