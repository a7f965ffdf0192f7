namespace Preble.Embedded.Activations;

/// <summary>
/// Runs the turns of one activation, one at a time: what its requests begin, and what goes on in them, since this is
/// <see cref="TaskScheduler.Current"/> within them. It is a work item of the thread pool that drains for a slice at a time, so that an
/// activation without work holds no thread. The queue of tasks has no limit of its own: each belongs to a request, which has.
/// </summary>
/// <param name="activation">The owner.</param>
internal sealed class TurnScheduler(Activation activation) : TaskScheduler, IThreadPoolWorkItem
{
    /// <summary>Turns after which an activation lets other work items of the pool go first.</summary>
    public const int TurnsPerSliceMax = 128;

    private static readonly Action<object?> SliceOfState = static state => ((TurnScheduler)state!).RunSlice();

    private Queue<Task>? _tasks;
    private bool _isAwake;

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Whether to <see cref="Queue"/> this now: a turn has become due and nobody has done so yet. Under the gate.</summary>
    public bool Wake()
    {
        if (_isAwake || !HasTurn()) return false;
        return _isAwake = true;
    }

    /// <summary>Gives the slice to the pool.</summary>
    public void Queue() => activation.Host.Executor.Queue(this);

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        TurnContext.Current = activation;
        var slice = new Task(SliceOfState, this, CancellationToken.None, TaskCreationOptions.DenyChildAttach);
        slice.RunSynchronously(this);
        TurnContext.Current = null;
        // A slice throws only for a broken invariant, which must not pass in silence.
        slice.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        bool wake;
        lock (activation.Gate)
        {
            (_tasks ??= new Queue<Task>()).Enqueue(task);
            wake = Wake();
        }

        if (wake) Queue();
    }

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        // A queued task keeps its place; a new one may run within the turn that waits for it.
        !taskWasPreviouslyQueued && ReferenceEquals(TurnContext.Current, activation) && TryExecuteTask(task);

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (activation.Gate) return _tasks?.ToArray() ?? [];
    }

    private void RunSlice()
    {
        ExecutionContext context = ExecutionContext.Capture() ?? throw new InvalidOperationException("A turn needs an execution context.");
        Request? ended = null;
        for (int turn = 0; turn < TurnsPerSliceMax; turn++)
        {
            bool isTurn = TakeTurn(turn, ended, out Task? task, out Request? request);
            ended?.Publish();
            if (!isTurn) return;
            ended = null;
            if (task is not null) TryExecuteTask(task);
            else if (request is null) activation.TakeLifeStep();
            else if (request.Start(activation)) ended = request;

            // An async method restores the context itself; a method that is not may have left values in it.
            if (!ReferenceEquals(ExecutionContext.Capture(), context)) ExecutionContext.Restore(context);
        }

        if (ended is not null) activation.End(ended);
        Queue();
    }

    /// <summary>Takes the next turn out of its queue: a task, a request, or, when both are null, a step of the activation's life.</summary>
    /// <param name="turn">Number of the turn in its slice.</param>
    /// <param name="ended">The request that ended with the turn before.</param>
    /// <param name="task">What goes on.</param>
    /// <param name="request">What begins.</param>
    /// <returns>False when there is no turn, and the slice is over.</returns>
    private bool TakeTurn(int turn, Request? ended, out Task? task, out Request? request)
    {
        task = null;
        request = null;
        lock (activation.Gate)
        {
            if (ended is not null) activation.Remove(ended);
            if (!HasTurn())
            {
                _isAwake = false;
                return false;
            }

            // What runs already and what waits take turns, so that neither starves the other.
            bool requestsFirst = turn % 2 == 1;
            if (requestsFirst) request = activation.StartNext();
            if (request is null && !(_tasks?.TryDequeue(out task) ?? false) && !requestsFirst) request = activation.StartNext();
            return true;
        }
    }

    private bool HasTurn() => _tasks is { Count: > 0 } || activation.HasTurn();
}
