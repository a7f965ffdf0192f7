
namespace Preble.Embedded.References;

/// <summary>One method of a grain interface that ends with one result.</summary>
/// <typeparam name="TArgs">A tuple of its arguments, without the cancellation token.</typeparam>
/// <typeparam name="TResult">Type of its result; <see cref="Unit"/> for none.</typeparam>
/// <param name="traits">What its attributes say.</param>
/// <param name="invoke">Calls it on a grain; the task is a <see cref="Task{TResult}"/> when it has a result.</param>
internal sealed class GrainMethod<TArgs, TResult>(GrainMethodTraits traits, Func<object, TArgs, CancellationToken, Task> invoke)
{
    public GrainMethodTraits Traits { get; } = traits;

    public Func<object, TArgs, CancellationToken, Task> Invoke { get; } = invoke;
}
