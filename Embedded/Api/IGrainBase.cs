using Orleans.Runtime;

namespace Orleans;

/// <summary>What a grain class implements to be told of its activation, with or without the base class <see cref="Grain"/>.</summary>
public interface IGrainBase
{
    /// <summary>The activation that this object is the code of.</summary>
    IGrainContext GrainContext { get; }

    /// <summary>Runs before the first request. What it throws goes to the callers that wait, and the activation is dropped.</summary>
    /// <param name="token">Cancelled when activation takes too long or the host stops.</param>
    Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

    /// <summary>Runs after the last request. What it throws is logged.</summary>
    /// <param name="reason">Why the activation ends.</param>
    /// <param name="token">Cancelled when deactivation takes too long.</param>
    Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
}
