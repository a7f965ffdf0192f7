namespace Preble.Embedded.Activations;

/// <summary>
/// <see cref="TaskScheduler.Current"/> within the turns of one activation, so that what follows an await is a turn of it too.
/// It only hands tasks over: the activation decides when each runs.
/// </summary>
/// <param name="activation">The owner.</param>
internal sealed class TurnScheduler(Activation activation) : TaskScheduler
{
    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs a task that was queued here. Within a turn.</summary>
    public void Run(Task task) => TryExecuteTask(task);

    /// <inheritdoc/>
    protected override void QueueTask(Task task) => activation.QueueTurn(task);

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        // A queued task keeps its place; a new one may run within the turn that waits for it.
        !taskWasPreviouslyQueued && ReferenceEquals(TurnContext.Current, activation) && TryExecuteTask(task);

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => activation.QueuedTurns();
}
