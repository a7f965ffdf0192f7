using Preble.Embedded;
using Preble.Embedded.Activations;
using Preble.Embedded.References;
using Preble.Embedded.Streams;

namespace Orleans.Runtime;

/// <summary>Names a grain and sends requests to it. Two references are equal when they name the same grain.</summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    private readonly GrainTypeActivations _activations;

    // The activation that took the last request; it may have ended since, which it then says itself.
    private Activation? _activation;

    internal GrainReference(GrainTypeActivations activations, string key)
    {
        _activations = activations;
        Key = key;
    }

    /// <summary>The identity of the grain.</summary>
    public GrainId GrainId => GrainId.Create(_activations.Class.Type, Key);

    internal string Key { get; }

    internal EmbeddedHost Host => _activations.Host;

    internal object As(Type interfaceType) =>
        interfaceType.IsInstanceOfType(this) ? this : ProxyFactory.For(interfaceType).Create(_activations, Key);

    internal void Send(Request request)
    {
        Activation? activation = _activation;
        if (activation is null || !activation.Receive(request)) _activation = _activations.Deliver(Key, request);
    }

    internal Task<TResult> Call<TArgs, TResult>(GrainMethod<TArgs, TResult> method, TArgs args, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<TResult>(cancellationToken);
        var request = new CallRequest<TArgs, TResult>(method, args, _activations.Host);
        Send(request);
        if (cancellationToken.CanBeCanceled) request.CancelWith(cancellationToken);
        return request.Result;
    }

    internal IAsyncEnumerable<T> Enumerate<TArgs, T>(StreamMethod<TArgs, T> method, TArgs args, CancellationToken cancellationToken) =>
        new GrainEnumerable<T>(this, (grain, token) => method.Invoke(grain, args, token), cancellationToken);

    /// <inheritdoc/>
    public bool Equals(GrainReference? other) =>
        other is not null && ReferenceEquals(_activations, other._activations) && string.Equals(Key, other.Key, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    /// <inheritdoc/>
    public override int GetHashCode() => GrainId.GetHashCode();

    /// <summary>The identity of the grain as text.</summary>
    public override string ToString() => GrainId.ToString();

    /// <summary>Whether both name the same grain.</summary>
    public static bool operator ==(GrainReference? left, GrainReference? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether they name different grains.</summary>
    public static bool operator !=(GrainReference? left, GrainReference? right) => !(left == right);
}
