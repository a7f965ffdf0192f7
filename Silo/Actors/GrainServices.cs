using Preble.Core.Placement;
using Preble.Grains;

namespace Preble.Silo.Actors;

/// <summary>What grains are made with, the same on both hosts.</summary>
internal static class GrainServices
{
    public static void AddGrainServices(this IServiceCollection services)
    {
        services.AddSingleton(provider => new PrefixTreeOptions { PageTokens = provider.GetRequiredService<PrebleOptions>().PageTokens });
        services.AddSingleton(provider =>
        {
            PrebleOptions options = provider.GetRequiredService<PrebleOptions>();
            return new SchedulerSettings
            {
                Policy = options.Policy,
                PageTokens = options.PageTokens,
                LatencyPreference = options.LatencyPreference,
                LeaseSeconds = options.LeaseSeconds,
                PatienceSeconds = options.PatienceSeconds,
            };
        });
    }
}
