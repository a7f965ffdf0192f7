namespace Preble.Fault.Tests.Time;

/// <summary>
/// Runs everything on the thread that made it, one task after the other: of those that are ready, the one that the seed picks. So all orders that
/// threads could come to are possible, and each can be had again.
/// </summary>
internal sealed class OneThread(Random random, Trace trace) : TaskScheduler
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly List<Task> _ready = [];
    private volatile string? _leak;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs one task.</summary>
    /// <returns>False when none is ready.</returns>
    /// <exception cref="InvalidOperationException">Something ran on another thread, or a turn of the host failed.</exception>
    public bool RunNext()
    {
        if (_leak is { } leak)
        {
            throw new InvalidOperationException($"Work came from a thread of the pool, so that the run cannot be repeated: {leak}");
        }

        if (_ready.Count == 0)
        {
            return false;
        }

        int index = random.Next(_ready.Count);
        trace.Add(index + ((long)_ready.Count << 32));
        Task task = _ready[index];
        _ready[index] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        TryExecuteTask(task);
        if (task is { AsyncState: IThreadPoolWorkItem, Exception: { } exception })
        {
            throw new InvalidOperationException("The host has failed.", exception);
        }

        return true;
    }

    /// <summary>Starts something here.</summary>
    public Task Start(Func<Task> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    protected override void QueueTask(Task task)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            _leak ??= Environment.StackTrace;
            return;
        }

        _ready.Add(task);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && Environment.CurrentManagedThreadId == _thread && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => _ready.ToArray();
}
