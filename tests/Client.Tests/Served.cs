using Preble.Client.Tests.Hosting;

namespace Preble.Client.Tests;

/// <summary>One server with one worker, for all tests that leave it as it was.</summary>
public sealed class Served : IAsyncLifetime
{
    public const string Name = "served";

    public ClientHost Host { get; private set; } = null!;

    public IPrebleClient Client => Host.Client;

    public async Task InitializeAsync() => Host = await ClientHost.StartAsync(("Preble:Workers", "1"));

    public async Task DisposeAsync() => await Host.DisposeAsync();
}
