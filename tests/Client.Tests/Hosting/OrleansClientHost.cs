using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Preble.Client.Tests.Hosting;

/// <summary>A server in this process on ports of its own, and a client that connects to its gateway from outside.</summary>
public sealed class ClientHost : IAsyncDisposable
{
    /// <summary>Linux gives ports from 32768 on by default, to outgoing connections and to who takes any: it gives nobody one of ours while a server is away that had it.</summary>
    private const int FirstPort = 20_000;
    private const int Ports = 9_000;

    private static int _nextPort = Random.Shared.Next(Ports);
    private readonly IHost _client;

    private ClientHost(ServerApp server, string gateway, IHost client)
    {
        Server = server;
        Gateway = gateway;
        _client = client;
    }

    public IPrebleClient Client => _client.Services.GetRequiredService<IPrebleClient>();

    public string Gateway { get; }

    /// <summary>For the sample, so that it connects to the server.</summary>
    public string[] SampleArguments => ["--Gateway", Gateway, "--ClusterId", ClusterId];

    internal ServerApp Server { get; }

    private static string ClusterId => "client-tests";

    public static Task<ClientHost> StartAsync(params (string Name, string Value)[] settings) => StartAsync(_ => { }, settings);

    /// <param name="configure">Services of the server in the place of its own.</param>
    /// <param name="settings">Options of the server.</param>
    public static async Task<ClientHost> StartAsync(Action<IServiceCollection> configure, params (string Name, string Value)[] settings)
    {
        int[] ports = FreePorts(2);
        ServerApp server = StartServer(ports, configure, settings);
        string gateway = $"127.0.0.1:{ports[1]}";
        IHost client = Connect(gateway);
        await client.StartAsync();
        return new ClientHost(server, gateway, client);
    }

    /// <summary>A client that is not yet started.</summary>
    public static IHost Connect(string gateway, Action<PrebleClientOptions>? configure = null)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        builder.Services.AddPrebleClient(options =>
        {
            options.Gateways.Add(gateway);
            options.ClusterId = ClusterId;
            configure?.Invoke(options);
        });
        return builder.Build();
    }

    /// <summary>A server on these ports. [silo, gateway]</summary>
    internal static ServerApp StartServer(int[] ports, params (string Name, string Value)[] settings) => StartServer(ports, _ => { }, settings);

    /// <summary>A server on these ports, with services in the place of its own. [silo, gateway]</summary>
    internal static ServerApp StartServer(int[] ports, Action<IServiceCollection> configure, params (string Name, string Value)[] settings)
    {
        var server = new ServerApp(
            configure,
            [
                ("Preble:Cluster:Id", ClusterId),
                ("Preble:Cluster:SiloPort", ports[0].ToString(CultureInfo.InvariantCulture)),
                ("Preble:Cluster:GatewayPort", ports[1].ToString(CultureInfo.InvariantCulture)),
                .. settings,
            ]);
        _ = server.Services;
        return server;
    }

    /// <summary>Ports that are free now and that no other test of this process is given.</summary>
    internal static int[] FreePorts(int count) =>
        [.. Enumerable.Range(0, Ports).Select(_ => FirstPort + (Interlocked.Increment(ref _nextPort) % Ports)).Where(IsFree).Take(count)];

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Ends the server; the client stays.</summary>
    public async Task StopServerAsync() => await Server.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await _client.StopAsync();
        _client.Dispose();
        await Server.DisposeAsync();
    }
}
