using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using Preble.Grains.Interfaces;
using Preble.Silo;
using Preble.Silo.Actors;

namespace Preble.Grains.Tests.Hosting;

/// <summary>Runs the grains under test on Orleans silos in this process, placed as they are in a cluster.</summary>
internal sealed class GrainHost : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private GrainHost(InProcessTestCluster cluster) => _cluster = cluster;

    /// <summary>Silos that it can have.</summary>
    public static int SilosMax => 8;

    /// <summary>Calls grains from outside of all silos.</summary>
    public IGrainFactory Grains => _cluster.Client;

    /// <summary>Names of the silos that live.</summary>
    public IReadOnlyList<string> Silos => [.. _cluster.Silos.Select(Name).Order(StringComparer.Ordinal)];

    /// <summary>One silo, which needs no name.</summary>
    public static Task<GrainHost> StartAsync(Action<IServiceCollection> configure) =>
        StartAsync([new SiloTitle("", SiloRoles.Gateway | SiloRoles.Worker, ContractVersion.Current)], (_, services) => configure(services));

    /// <summary>Several silos named a, b and so on.</summary>
    /// <param name="workers">For each silo, whether it has workers.</param>
    /// <param name="configure">Adds services to the silo of a name.</param>
    public static Task<GrainHost> StartAsync(IReadOnlyList<bool> workers, Action<string, IServiceCollection> configure) =>
        StartAsync([.. workers.Select((has, index) => new SiloTitle($"{(char)('a' + index)}", has ? SiloRoles.Worker : SiloRoles.Gateway, ContractVersion.Current))], configure);

    /// <summary>Calls grains from within a silo.</summary>
    public IGrainFactory From(string silo) => Handle(silo).ServiceProvider.GetRequiredService<IGrainFactory>();

    /// <summary>The silo that has an activation of a grain; null when none has.</summary>
    public Task<string?> SiloOfAsync(IAddressable grain)
    {
        SiloAddress? address = _cluster.TryGetGrainContext(grain.GetGrainId(), out IGrainContext? activation) ? activation.Address.SiloAddress : null;
        return Task.FromResult(address is null ? null : Name(_cluster.Silos.Single(silo => silo.SiloAddress.Equals(address))));
    }

    /// <summary>Ends a silo without letting it finish anything.</summary>
    public Task KillAsync(string silo) => _cluster.KillSiloAsync(Handle(silo));

    /// <summary>Takes a grain's state away: with its silo where there are others, else its activation ends.</summary>
    public async Task LoseAsync(IAddressable grain)
    {
        if (Silos.Count == 1)
        {
            await _cluster.DeactivateAsync(grain);
        }
        else if (await SiloOfAsync(grain) is { } silo)
        {
            await KillAsync(silo);
        }
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    private static async Task<GrainHost> StartAsync(SiloTitle[] titles, Action<string, IServiceCollection> configure)
    {
        var builder = new InProcessTestClusterBuilder((short)titles.Length);
        builder.ConfigureSilo((options, silo) =>
        {
            SiloTitle title = titles[int.Parse(options.SiloName.Split('_')[^1], CultureInfo.InvariantCulture)];
            silo.AddPlacement();
            silo.Services.PostConfigure<Orleans.Configuration.SiloOptions>(it => it.SiloName = title.ToString());
            configure(title.Name, silo.Services);
        });
        InProcessTestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        return new GrainHost(cluster);
    }

    private static string Name(InProcessSiloHandle silo) => SiloTitle.Parse(silo.ServiceProvider.GetRequiredService<ILocalSiloDetails>().Name).Name;

    private InProcessSiloHandle Handle(string silo) => _cluster.Silos.Single(handle => Name(handle) == silo);
}
