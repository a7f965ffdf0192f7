using Preble.Grains;

namespace Preble.Silo.Engines;

/// <summary>Registers the engines.</summary>
internal static class EngineExtensions
{
    public static void AddEngines(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<EngineHosts>();
        builder.Services.AddSingleton<IWorkerEngines>(services => services.GetRequiredService<EngineHosts>());
        builder.Services.AddHostedService(services => services.GetRequiredService<EngineHosts>());
    }
}
