using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;
using Preble.Embedded.Activations;

namespace Orleans;

/// <summary>The usual base of a grain class. One object is one activation: its methods run one turn at a time.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    /// <summary>Made by the host, within the first turn of the activation.</summary>
    protected Grain()
        : this(TurnContext.Current!)
    {
    }

    /// <summary>Made with a context given, as in a test of the class alone.</summary>
    /// <param name="grainContext">The activation.</param>
    protected Grain(IGrainContext grainContext) => GrainContext = grainContext;

    /// <summary>The activation; null when the object was made outside a host.</summary>
    [AllowNull]
    public IGrainContext GrainContext { get; }

    /// <summary>A reference to this grain.</summary>
    public GrainReference GrainReference => GrainContext.GrainReference;

    /// <summary>Class and key as text.</summary>
    public string IdentityString => GrainContext.GrainId.ToString();

    /// <summary>Gives references to other grains.</summary>
    protected IGrainFactory GrainFactory => Activation.Host.GrainFactory;

    /// <summary>Services of this activation.</summary>
    protected internal IServiceProvider ServiceProvider => GrainContext.ActivationServices;

    private Activation Activation => Activation.From(GrainContext);

    /// <inheritdoc cref="IGrainBase.OnActivateAsync"/>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc cref="IGrainBase.OnDeactivateAsync"/>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends this activation after the requests that run now; those that wait go to a new one.</summary>
    protected void DeactivateOnIdle() => GrainBaseExtensions.DeactivateOnIdle(this);

    /// <summary>Keeps the activation from becoming idle.</summary>
    /// <param name="timeSpan">
    /// For at least so long from now; <see cref="Timeout.InfiniteTimeSpan"/> for ever; <see cref="TimeSpan.Zero"/> undoes it.
    /// </param>
    protected void DelayDeactivation(TimeSpan timeSpan) => Activation.DelayDeactivation(timeSpan);
}
