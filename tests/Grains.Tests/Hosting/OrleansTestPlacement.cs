using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Placement;
using Preble.Grains.Interfaces;
using Preble.Grains.Placement;

namespace Preble.Grains.Tests.Hosting;

/// <summary>Provisional.</summary>
internal static class OrleansTestPlacement
{
    public static void AddTestPlacement(this ISiloBuilder silo)
    {
        silo.AddPlacementDirector<OwnerPlacement, OwnerDirector>();
        silo.AddPlacementDirector<ControlPlacement, ControlDirector>();
    }

    private sealed class OwnerDirector(ISiloStatusOracle oracle) : IPlacementDirector
    {
        public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
        {
            string silo = GrainKeys.SiloOf(target.GrainIdentity.Key.ToString()!);
            foreach (SiloAddress address in context.GetCompatibleSilos(target))
            {
                if (silo.Length == 0 ? address.Equals(context.LocalSilo) : oracle.TryGetSiloName(address, out string? name) && name == silo)
                {
                    return Task.FromResult(address);
                }
            }

            throw new SiloUnavailableException($"No silo '{silo}' is there.");
        }
    }

    private sealed class ControlDirector : IPlacementDirector
    {
        public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context) =>
            Task.FromResult(context.GetCompatibleSilos(target).Order().First());
    }
}
