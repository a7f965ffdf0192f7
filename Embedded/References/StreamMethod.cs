namespace Preble.Embedded.References;

/// <summary>One method of a grain interface that gives an enumeration.</summary>
/// <typeparam name="TArgs">A tuple of its arguments, without the cancellation token.</typeparam>
/// <typeparam name="T">Type of an element.</typeparam>
/// <param name="traits">What its attributes say.</param>
/// <param name="invoke">Calls it on a grain.</param>
internal sealed class StreamMethod<TArgs, T>(GrainMethodTraits traits, Func<object, TArgs, CancellationToken, IAsyncEnumerable<T>> invoke)
{
    public GrainMethodTraits Traits { get; } = traits;

    public Func<object, TArgs, CancellationToken, IAsyncEnumerable<T>> Invoke { get; } = invoke;
}
