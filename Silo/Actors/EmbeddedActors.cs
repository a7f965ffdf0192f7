using Preble.Grains;

namespace Preble.Silo.Actors;

/// <summary>Hosts the grains in this process alone.</summary>
internal static class ActorHosting
{
    public static void AddActors(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddEmbeddedActors(options => options.AddGrainAssembly(typeof(RequestGrain).Assembly));
        builder.Services.AddGrainServices();
    }
}
