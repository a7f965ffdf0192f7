namespace Preble.Embedded.Activations;

/// <summary>
/// What turns run on: the thread pool or, in a simulation, a scheduler with one thread, which then sees all that a host does. It must run inline what
/// asks for it on that thread, as the pool does.
/// </summary>
/// <param name="scheduler">Stands for the pool.</param>
internal sealed class Executor(TaskScheduler scheduler)
{
    private static readonly Action<object?> SliceOfState = static state => ((IThreadPoolWorkItem)state!).Execute();

    private readonly bool _isPool = ReferenceEquals(scheduler, TaskScheduler.Default);

    /// <summary>For what goes on outside of turns.</summary>
    public TaskScheduler Scheduler => scheduler;

    /// <summary>
    /// Of what callers wait for. On the pool those who waited go on elsewhere, so that they hold up no turn; what runs elsewhere a simulation would not see.
    /// </summary>
    public TaskCreationOptions Completion => _isPool ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None;

    /// <summary>Takes a slice in, behind all that waits: in the queue of one thread, callers could starve each other.</summary>
    public void Queue(IThreadPoolWorkItem slice)
    {
        if (_isPool) ThreadPool.UnsafeQueueUserWorkItem(slice, preferLocal: false);
        else new Task(SliceOfState, slice, CancellationToken.None, TaskCreationOptions.DenyChildAttach).Start(scheduler);
    }
}
