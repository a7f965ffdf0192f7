using Orleans.Runtime;

namespace Preble.Embedded.Streams;

/// <summary>What a call of a grain method returns that gives an enumeration: nothing runs before it is enumerated, and each time anew.</summary>
/// <param name="grain">The grain.</param>
/// <param name="invoke">Calls the grain's method with the arguments of the call.</param>
/// <param name="callToken">The token among those arguments.</param>
internal sealed class GrainEnumerable<T>(
    GrainReference grain, Func<object, CancellationToken, IAsyncEnumerable<T>> invoke, CancellationToken callToken) : IAsyncEnumerable<T>
{
    /// <summary>Elements that travel together at most.</summary>
    public int BatchMax { get; set; } = 100;

    /// <inheritdoc/>
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        new GrainEnumerator<T>(grain, invoke, BatchMax, callToken, cancellationToken);
}
