using Microsoft.Extensions.DependencyInjection.Extensions;
using Preble.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the client.</summary>
public static class PrebleClientServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IPrebleClient"/>. To a cluster it connects when the application starts, which waits for it, and again by itself whenever the
    /// cluster was away.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Says which cluster; null for the host in the same process.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="ArgumentException">An option is not as it must be, or needs the other build.</exception>
    public static IServiceCollection AddPrebleClient(this IServiceCollection services, Action<PrebleClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = new PrebleClientOptions();
        configure?.Invoke(options);
        ContractAgreement? contracts = null;
        if (!options.IsLocal)
        {
            contracts = new ContractAgreement();
            ClientHosting.Connect(services, options, contracts);
        }

        TimeSpan patience = options.IsLocal ? TimeSpan.Zero : options.Patience;
        services.TryAddSingleton<IPrebleClient>(provider =>
            new PrebleClient(provider.GetRequiredService<IGrainFactory>(), patience, provider.GetService<TimeProvider>() ?? TimeProvider.System, contracts));
        return services;
    }
}
