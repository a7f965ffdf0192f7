using Preble.Embedded.Activations;

namespace Preble.Embedded.Streams;

/// <summary>The end of an enumeration by its consumer.</summary>
/// <param name="enumeration">The enumeration.</param>
/// <param name="host">Of the enumeration.</param>
internal sealed class DisposeRequest(IOpenEnumeration enumeration, EmbeddedHost host) : Request
{
    private readonly TaskCompletionSource _completion = new(host.Executor.Completion);

    public Task Result => _completion.Task;

    public override RequestKind Kind => RequestKind.Interleaving;

    // An activation that ends disposes its enumerations itself.
    public override bool IsLocal => true;

    public override bool Start(Activation activation)
    {
        Task task = enumeration.DisposeAsync().AsTask();
        if (task.IsCompleted) return true;
        task.ContinueWith(
            static (_, request) => ((Request)request!).Owner!.End((Request)request),
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            host.Executor.Scheduler);
        return false;
    }

    public override void Publish() => _completion.TrySetResult();

    public override void Fail(Exception exception) => _completion.TrySetResult();
}
