namespace Preble.Silo.Actors;

/// <summary>Hosts the grains on an Orleans silo of its own on this machine.</summary>
internal static class ActorHosting
{
    public static void AddActors(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        builder.UseOrleans(silo => silo.UseLocalhostClustering());
        builder.Services.AddGrainServices();
    }
}
