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

    public static async Task<ClientHost> StartAsync(params (string Name, string Value)[] settings)
    {
        int[] ports = FreePorts(2);
        ServerApp server = StartServer(ports, settings);
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
    internal static ServerApp StartServer(int[] ports, params (string Name, string Value)[] settings)
    {
        var server = new ServerApp(
            _ => { },
            [
                ("Preble:Cluster:Id", ClusterId),
                ("Preble:Cluster:SiloPort", ports[0].ToString(CultureInfo.InvariantCulture)),
                ("Preble:Cluster:GatewayPort", ports[1].ToString(CultureInfo.InvariantCulture)),
                .. settings,
            ]);
        _ = server.Services;
        return server;
    }

    internal static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        Array.ForEach(listeners, listener => listener.Stop());
        return ports;
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
