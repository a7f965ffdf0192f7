using Microsoft.Extensions.DependencyInjection;

namespace Preble.Client.Tests.Hosting;

/// <summary>A server in this process, and a client of its services.</summary>
public sealed class ClientHost : IAsyncDisposable
{
    private ClientHost(ServerApp server) => Server = server;

    public IPrebleClient Client => Server.Services.GetRequiredService<IPrebleClient>();

    /// <summary>For the sample, so that it serves by itself.</summary>
    public string[] SampleArguments => [];

    internal ServerApp Server { get; }

    public static Task<ClientHost> StartAsync(params (string Name, string Value)[] settings)
    {
        var server = new ServerApp(services => services.AddPrebleClient(), settings);
        _ = server.Services;
        return Task.FromResult(new ClientHost(server));
    }

    /// <summary>Ends the server; the client stays.</summary>
    public async Task StopServerAsync() => await Server.Services.GetRequiredService<Preble.Embedded.EmbeddedHost>().DisposeAsync();

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();
}
