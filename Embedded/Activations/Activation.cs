using Orleans;
using Orleans.Runtime;
using Preble.Embedded.Streams;

namespace Preble.Embedded.Activations;

/// <summary>
/// One grain in memory: its object, its requests, its turns. A work item of the thread pool that drains for a slice at a time, so that an
/// activation without work holds no thread. Everything that other threads touch is guarded by one gate, and no code of a grain runs under it.
/// </summary>
internal sealed class Activation : IGrainContext, IThreadPoolWorkItem
{
    /// <summary>Turns after which an activation lets other work items of the pool go first.</summary>
    public const int TurnsPerSliceMax = 128;

    private static readonly Action<object?> SliceOfState = static state => ((Activation)state!).RunSlice();

    private readonly Lock _gate = new();
    private readonly TurnScheduler _scheduler;
    private readonly ActivationLife _life;
    private readonly RequestQueue _requests;
    private Queue<Task>? _turns;
    private bool _scheduled;
    private bool _watched;
    private long _usedAt;
    private long _keepUntil;

    public Activation(GrainTypeActivations home, string key)
    {
        Home = home;
        Key = key;
        _scheduler = new TurnScheduler(this);
        _life = new ActivationLife(this);
        _requests = new RequestQueue(home.Class.IsReentrant);
        _usedAt = Host.Clock.Now;
    }

    public GrainTypeActivations Home { get; }

    public string Key { get; }

    public EmbeddedHost Host => Home.Host;

    /// <summary>Open enumerations. Touched only within turns.</summary>
    public EnumerationSet Enumerations { get; } = new();

    public GrainId GrainId => GrainId.Create(Home.Class.Type, Key);

    public GrainReference GrainReference => new(Home, Key);

    public object? GrainInstance => _life.Instance;

    public IServiceProvider ActivationServices => _life.Services;

    public Task Deactivated => _life.Ended;

    /// <summary>Requests that run now.</summary>
    public int RunningCount
    {
        get
        {
            lock (_gate) return _requests.RunningCount;
        }
    }

    internal Lock Gate => _gate;

    internal ActivationState State { get; set; }

    /// <summary>The activation behind a context that a host made.</summary>
    /// <exception cref="InvalidOperationException">The context is none of a host.</exception>
    public static Activation From(IGrainContext? context) =>
        context as Activation ?? throw new InvalidOperationException("The grain was not activated by a host.");

    /// <summary>Takes a request in.</summary>
    /// <returns>False when this activation is over, and the request belongs to the next one.</returns>
    public bool Receive(Request request)
    {
        bool wake;
        int count;
        lock (_gate)
        {
            if (State == ActivationState.Invalid) return false;
            count = _requests.WaitingCount + _requests.RunningCount;
            bool refused = count >= Host.QueuedMessagesMax && !request.IsLocal;
            if (!refused) Add(request);
            wake = !refused && Wake();
            if (!refused) count = 0;
        }

        if (wake) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        if (count > 0)
        {
            request.Fail(new LimitExceededException(nameof(EmbeddedActorOptions.QueuedMessagesMax), count, Host.QueuedMessagesMax, GrainId));
        }

        return true;
    }

    /// <summary>Says that a request, which did not end within its first turn, has ended now. From any thread.</summary>
    public void End(Request request)
    {
        bool wake;
        lock (_gate)
        {
            Remove(request);
            wake = Wake();
        }

        request.Publish();
        if (wake) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Takes a request out if it waits here.</summary>
    /// <returns>Where it was: a running one is left running.</returns>
    public RequestPlace Withdraw(Request request)
    {
        RequestPlace place;
        bool wake;
        lock (_gate)
        {
            place = ReferenceEquals(request.Owner, this) ? request.Place : RequestPlace.None;
            if (place == RequestPlace.Waiting) _requests.Withdraw(request);
            wake = place == RequestPlace.Waiting && Wake();
        }

        if (wake) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return place;
    }

    /// <summary>Runs code as a turn of its own, whatever runs or waits. What it throws is logged.</summary>
    public void Post(Action turn) => new Task(
        () =>
        {
            try
            {
                turn();
            }
            catch (Exception exception)
            {
                Host.Log.TurnFailed(GrainId, exception);
            }
        },
        CancellationToken.None,
        TaskCreationOptions.DenyChildAttach).Start(_scheduler);

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        bool wake;
        lock (_gate) wake = _life.Deactivate(deactivationReason, cancellationToken) && Wake();
        if (wake) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>As <see cref="Grain.DelayDeactivation"/>.</summary>
    public void DelayDeactivation(TimeSpan time)
    {
        lock (_gate)
        {
            _keepUntil = time <= TimeSpan.Zero && time != Timeout.InfiniteTimeSpan ? 0
                : time == Timeout.InfiniteTimeSpan || time > TimeSpan.MaxValue / 2 ? long.MaxValue
                : Host.Clock.Read() + time.Ticks;
        }
    }

    /// <summary>Starts a timer of this activation.</summary>
    public IGrainTimer RegisterTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        var timer = new GrainTimer(this, callback, options.Interleave, options.KeepAlive);
        timer.Change(options.DueTime, options.Period);
        _life.AddTimer(timer);
        return timer;
    }

    /// <summary>Forgets a timer that was disposed.</summary>
    public void RemoveTimer(GrainTimer timer) => _life.RemoveTimer(timer);

    /// <summary>Ends what has taken too long. Called by the host's clock while this is watched.</summary>
    /// <param name="now">Ticks of the host's clock.</param>
    /// <returns>Whether to go on watching, because something may yet take too long.</returns>
    public bool Sweep(long now)
    {
        List<Request> expired = [];
        bool wake;
        bool keep;
        lock (_gate)
        {
            _requests.TakeExpired(now, expired);
            wake = Wake();
            _watched = keep = _requests.WaitingCount + _requests.RunningCount + Enumerations.Count > 0 || _life.HasDeadline;
        }

        if (wake) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        foreach (Request request in expired) request.Expire(this);
        if (Enumerations.IsSweepDue(now, Host.ResponseTimeout)) Post(() => Enumerations.Sweep(Host.Clock.Now, Host.ResponseTimeout));
        _life.Sweep(now);
        return keep;
    }

    /// <summary>Deactivates when unused for the age of the class.</summary>
    /// <param name="now">Ticks of the host's clock.</param>
    public void Collect(long now)
    {
        if (Home.Class.IdleAge is not { } age) return;
        bool idle;
        lock (_gate)
        {
            idle = State == ActivationState.Valid
                && _requests.WaitingCount + _requests.RunningCount == 0
                && now - _usedAt >= age.Ticks + Host.Clock.ResolutionTicks
                && now >= _keepUntil;
        }

        if (idle) Deactivate(new(DeactivationReasonCode.ActivationIdle, "The activation was not used for its age limit."));
    }

    /// <summary>Has the host's clock look after this activation.</summary>
    public void Watch()
    {
        lock (_gate)
        {
            if (_watched) return;
            _watched = true;
            Host.Watch.Add(this);
        }
    }

    /// <summary>Gives up on this activation, whose host stops and waits no longer.</summary>
    /// <param name="exception">What callers get whose requests have not ended.</param>
    public void Abandon(Exception exception)
    {
        List<Request> requests;
        lock (_gate)
        {
            if (State == ActivationState.Invalid) return;
            requests = _requests.WithdrawAll();
            requests.AddRange(_requests.Running());
            Home.Remove(this);
            State = ActivationState.Invalid;
        }

        foreach (Request request in requests) request.Fail(exception);
        _life.OnAbandoned();
    }

    /// <summary>
    /// Makes this activation invalid, and hands what waits to a successor, in order: whoever finds this one invalid finds the successor in
    /// its place, behind the requests handed over, so that each sender's order is kept.
    /// </summary>
    /// <param name="failure">What the waiting callers get instead, when activation failed.</param>
    public void Retire(Exception? failure)
    {
        List<Request> waiting;
        Activation? successor = null;
        lock (_gate)
        {
            if (State == ActivationState.Invalid) return;
            waiting = _requests.WithdrawAll();
            if (failure is null && !Host.IsStopping && waiting.Exists(static request => !request.IsLocal))
            {
                successor = new Activation(Home, Key);
                successor.Adopt(waiting);
                Home.Replace(this, successor);
            }
            else
            {
                Home.Remove(this);
            }

            State = ActivationState.Invalid;
        }

        foreach (Request request in waiting)
        {
            if (successor is null || request.IsLocal) request.Fail(failure ?? Host.Unavailable());
        }

        successor?.WakeNow();
    }

    /// <summary>Lets the activation go on after its state has changed.</summary>
    public void WakeNow()
    {
        bool wake;
        lock (_gate) wake = Wake();
        if (wake) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        TurnContext.Current = this;
        var slice = new Task(SliceOfState, this, CancellationToken.None, TaskCreationOptions.DenyChildAttach);
        slice.RunSynchronously(_scheduler);
        TurnContext.Current = null;
        // A slice throws only for a broken invariant, which must not pass in silence.
        slice.GetAwaiter().GetResult();
    }

    internal void QueueTurn(Task task)
    {
        bool wake;
        lock (_gate)
        {
            (_turns ??= new Queue<Task>()).Enqueue(task);
            wake = Wake();
        }

        if (wake) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    internal Task[] QueuedTurns()
    {
        lock (_gate) return _turns?.ToArray() ?? [];
    }

    bool IEquatable<IGrainContext>.Equals(IGrainContext? other) => ReferenceEquals(this, other);

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
            if (task is not null) _scheduler.Run(task);
            else if (request is null) _life.Turn();
            else if (request.Start(this)) ended = request;

            // An async method restores the context itself; a method that is not may have left values in it.
            if (!ReferenceEquals(ExecutionContext.Capture(), context)) ExecutionContext.Restore(context);
        }

        if (ended is not null) End(ended);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
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
        lock (_gate)
        {
            if (ended is not null) Remove(ended);
            if (!HasTurn())
            {
                _scheduled = false;
                return false;
            }

            // What runs already and what waits take turns, so that neither starves the other.
            bool requestsFirst = turn % 2 == 1;
            if (requestsFirst) request = StartNext();
            if (request is null && !(_turns?.TryDequeue(out task) ?? false) && !requestsFirst) request = StartNext();
            return true;
        }
    }

    private bool Wake()
    {
        if (_scheduled || !HasTurn()) return false;
        return _scheduled = true;
    }

    private bool HasTurn() =>
        _turns is { Count: > 0 } || (State == ActivationState.Valid ? _requests.CanStart : _life.HasTurn(_requests.RunningCount));

    private Request? StartNext() => State == ActivationState.Valid ? _requests.StartNext() : null;

    private void Add(Request request)
    {
        request.Owner = this;
        _requests.Add(request);
        if (_watched) return;
        _watched = true;
        Host.Watch.Add(this);
    }

    private void Adopt(List<Request> requests)
    {
        lock (_gate)
        {
            foreach (Request request in requests)
            {
                if (!request.IsLocal) Add(request);
            }
        }
    }

    private void Remove(Request request)
    {
        _requests.End(request);
        if (request.KeepsActive) _usedAt = Host.Clock.Now;
    }
}
