using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Preble.Grains.Interfaces;
using Preble.Silo;
using Preble.Silo.Actors;

namespace Preble.Benchmarks.Hosts;

/// <summary>Orleans silos in this process, which speak to each other and to the client outside over loopback sockets, as silos of several processes do.</summary>
internal sealed class BenchmarkHost : IAsyncDisposable
{
    private readonly List<(string Name, IHost Host)> _silos = [];
    private IHost? _client;

    /// <summary>
    /// A stream that waits is asked twice in this time, at either grain, by those who read it: with the 10 s of a silo 100,000 of them would be 40,000 calls a second.
    /// </summary>
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromMinutes(5);

    private BenchmarkHost()
    {
    }

    /// <summary>How the host is called in a report.</summary>
    public static string Name => "Orleans";

    /// <summary>Silos that it can have.</summary>
    public static int SilosMax => 16;

    /// <summary>Calls grains from outside of all silos.</summary>
    public IGrainFactory Grains => Factory(_client!);

    /// <summary>Each silo's name and what calls grains from within it.</summary>
    public IReadOnlyList<(string Name, IGrainFactory Grains)> Silos => [.. _silos.Select(silo => (silo.Name, Factory(silo.Host)))];

    /// <param name="silos">At most <see cref="SilosMax"/>.</param>
    /// <param name="configure">Adds services to the silo of a name.</param>
    public static async Task<BenchmarkHost> StartAsync(int silos = 1, Action<string, IServiceCollection>? configure = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(silos, SilosMax);
        var host = new BenchmarkHost();
        int[] ports = FreePorts(2 * silos);
        for (int index = 0; index < silos; index++)
        {
            string name = $"silo-{index}";
            (int port, int gateway) = (ports[2 * index], ports[(2 * index) + 1]);
            HostApplicationBuilder builder = Builder();
            builder.UseOrleans(silo =>
            {
                silo.UseLocalhostClustering(port, gateway, new IPEndPoint(IPAddress.Loopback, ports[0]));
                silo.Configure<SiloOptions>(options => options.SiloName = new SiloTitle(name, SiloRoles.Gateway | SiloRoles.Worker, ContractVersion.Current).ToString());
                silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = ResponseTimeout);
                silo.AddPlacement();
                configure?.Invoke(name, silo.Services);
            });
            host._silos.Add((name, builder.Build()));
            await host._silos[^1].Host.StartAsync();
        }

        HostApplicationBuilder client = Builder();
        client.UseOrleansClient(it => it.UseLocalhostClustering([ports[1]]).Configure<ClientMessagingOptions>(options => options.ResponseTimeout = ResponseTimeout));
        host._client = client.Build();
        await host._client.StartAsync();
        return host;
    }

    /// <summary>The index of the silo that a grain is active in.</summary>
    public async Task<int> SiloOfAsync(IAddressable grain)
    {
        SiloAddress address = await Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(grain) ?? throw new InvalidOperationException($"{grain} is not active.");
        return _silos.FindIndex(silo => silo.Host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.Equals(address));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IHost host in new[] { _client! }.Concat(_silos.Select(silo => silo.Host).Reverse()))
        {
            await host.StopAsync();
            host.Dispose();
        }
    }

    private static HostApplicationBuilder Builder() => Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());

    private static IGrainFactory Factory(IHost host) => host.Services.GetRequiredService<IGrainFactory>();

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners) listener.Start();
        int[] ports = Array.ConvertAll(listeners, listener => ((IPEndPoint)listener.LocalEndpoint).Port);
        foreach (TcpListener listener in listeners) listener.Stop();
        return ports;
    }
}
