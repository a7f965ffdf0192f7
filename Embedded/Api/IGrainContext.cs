namespace Orleans.Runtime;

/// <summary>One activation of a grain, as its own code sees it.</summary>
public interface IGrainContext : IEquatable<IGrainContext>
{
    /// <summary>A reference to the grain.</summary>
    GrainReference GrainReference { get; }

    /// <summary>The identity of the grain.</summary>
    GrainId GrainId { get; }

    /// <summary>The object that is the grain's code and state; null before it is made and after deactivation.</summary>
    object? GrainInstance { get; }

    /// <summary>Services of this activation: scoped ones live as long as it does.</summary>
    IServiceProvider ActivationServices { get; }

    /// <summary>Ends when the activation has been deactivated. To wait for it within the same activation never ends.</summary>
    Task Deactivated { get; }

    /// <summary>Lets the requests that run end, then deactivates; those that wait go to a new activation.</summary>
    /// <param name="deactivationReason">Told to the grain.</param>
    /// <param name="cancellationToken">Cancels what the grain does in its <see cref="IGrainBase.OnDeactivateAsync"/>.</param>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
}
