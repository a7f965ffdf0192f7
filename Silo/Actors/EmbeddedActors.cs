using Preble.Grains;

namespace Preble.Silo.Actors;

/// <summary>Hosts the grains in this process alone.</summary>
internal static class ActorHosting
{
    public static void AddActors(this WebApplicationBuilder builder, PrebleOptions options, SiloIdentity silo)
    {
        if (options.Cluster.Redis.Length > 0)
        {
            throw new StartupException("Preble:Cluster:Redis is set, but this build serves on one machine only; for a cluster build with -p:ActorRuntime=Orleans.");
        }

        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddEmbeddedActors(actors => actors.AddGrainAssembly(typeof(RequestGrain).Assembly));
        builder.Services.AddSingleton<ISilos>(new Alone(silo.Name));
        builder.Services.AddSingleton<ISiloLife>(new Alone(silo.Name));
        builder.Services.AddGrainServices();
    }

    /// <summary>Whether the message of what ended the start is enough for the person who started it: nothing that the host adds.</summary>
    public static bool Explains(Exception exception) => false;

    /// <summary>Nothing beside the gateway.</summary>
    public static void MapActors(this WebApplication app, SiloIdentity silo)
    {
    }

    private sealed class Alone(string name) : ISilos, ISiloLife
    {
        public IReadOnlyList<string> WithWorkers { get; } = [name];

        public IReadOnlyList<string> Gateways { get; } = [name];

        public bool IsActive => true;
    }
}
