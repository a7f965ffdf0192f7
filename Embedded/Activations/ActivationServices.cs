using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace Preble.Embedded.Activations;

/// <summary>
/// The services that one activation sees: the container's, in a scope that is made when first needed, and what the host knows itself.
/// </summary>
/// <param name="activation">The activation.</param>
internal sealed class ActivationServices(Activation activation) : IServiceProvider, IKeyedServiceProvider, IServiceProviderIsService, IAsyncDisposable
{
    private AsyncServiceScope? _scope;

    private IServiceProvider Scoped => (_scope ??= activation.Host.Services.CreateAsyncScope()).ServiceProvider;

    /// <inheritdoc/>
    public object? GetService(Type serviceType)
    {
        if (serviceType == typeof(IGrainContext)) return activation;
        if (serviceType == typeof(IGrainFactory)) return activation.Host.GrainFactory;
        if (serviceType == typeof(TimeProvider)) return activation.Host.Clock.Time;
        if (serviceType == typeof(IServiceProvider)) return this;
        return Scoped.GetService(serviceType);
    }

    /// <inheritdoc/>
    public object? GetKeyedService(Type serviceType, object? serviceKey) => ((IKeyedServiceProvider)Scoped).GetKeyedService(serviceType, serviceKey);

    /// <inheritdoc/>
    public object GetRequiredKeyedService(Type serviceType, object? serviceKey) => Scoped.GetRequiredKeyedService(serviceType, serviceKey);

    /// <inheritdoc/>
    public bool IsService(Type serviceType) =>
        serviceType == typeof(IGrainContext) || serviceType == typeof(IGrainFactory) || serviceType == typeof(TimeProvider)
        || activation.Host.Services.GetService<IServiceProviderIsService>() is { } container && container.IsService(serviceType);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _scope?.DisposeAsync() ?? ValueTask.CompletedTask;
}
