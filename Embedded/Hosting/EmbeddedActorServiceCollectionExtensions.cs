using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Runtime;
using Preble.Embedded;
using Preble.Embedded.Activations;
using Preble.Embedded.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers a host of grains.</summary>
public static class EmbeddedActorServiceCollectionExtensions
{
    /// <summary>
    /// Adds an <see cref="EmbeddedHost"/>, its <see cref="Orleans.IGrainFactory"/>, and a hosted service that stops it with the application.
    /// Time is the registered <see cref="TimeProvider"/>, or the system's.
    /// </summary>
    /// <param name="services">The services, of which grains are made too.</param>
    /// <param name="configure">Adds grain classes and sets limits.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddEmbeddedActors(this IServiceCollection services, Action<EmbeddedActorOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider =>
        {
            var options = new EmbeddedActorOptions();
            configure(options);
            return new EmbeddedHost(options, provider, null);
        });
        services.AddSingleton(static provider => provider.GetRequiredService<EmbeddedHost>().GrainFactory);
        services.AddScoped<IGrainContext>(static _ =>
            TurnContext.Current ?? throw new InvalidOperationException("A grain context exists only within turns of a grain."));
        services.AddHostedService<EmbeddedHostService>();
        return services;
    }
}
