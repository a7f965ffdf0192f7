using Microsoft.Extensions.Hosting;

namespace Preble.Embedded.Hosting;

/// <summary>Ties a host to the life of the application.</summary>
/// <param name="host">The host, which runs since it was made.</param>
internal sealed class EmbeddedHostService(EmbeddedHost host) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => host.StopAsync(cancellationToken);
}
