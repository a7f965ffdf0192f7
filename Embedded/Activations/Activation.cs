using Orleans;
using Orleans.Runtime;
using Preble.Embedded.Streams;

namespace Preble.Embedded.Activations;

/// <summary>
/// One grain in memory: its requests, in the order and company in which they may run. Its turns are <see cref="TurnScheduler"/>'s, its begin
/// and end <see cref="ActivationLife"/>'s. What other threads touch is guarded by one gate, under which no code of a grain runs.
/// </summary>
internal sealed class Activation : IGrainContext
{
    private readonly Lock _gate = new();
    private readonly TurnScheduler _turns;
    private readonly ActivationLife _life;
    private readonly RequestQueue _requests;
    private bool _watched;
    private long _usedAt;
    private long _keepUntil;

    public Activation(GrainTypeActivations home, string key)
    {
        Home = home;
        Key = key;
        _turns = new TurnScheduler(this);
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
            wake = !refused && _turns.Wake();
            if (!refused) count = 0;
        }

        if (wake) _turns.Queue();
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
            wake = _turns.Wake();
        }

        request.Publish();
        if (wake) _turns.Queue();
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
            wake = place == RequestPlace.Waiting && _turns.Wake();
        }

        if (wake) _turns.Queue();
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
        TaskCreationOptions.DenyChildAttach).Start(_turns);

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        bool wake;
        lock (_gate) wake = _life.Deactivate(deactivationReason, cancellationToken) && _turns.Wake();
        if (wake) _turns.Queue();
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
            wake = _turns.Wake();
            _watched = keep = _requests.WaitingCount + _requests.RunningCount + Enumerations.Count > 0 || _life.HasDeadline;
        }

        if (wake) _turns.Queue();
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
        lock (_gate) wake = _turns.Wake();
        if (wake) _turns.Queue();
    }

    bool IEquatable<IGrainContext>.Equals(IGrainContext? other) => ReferenceEquals(this, other);

    /// <summary>Whether a request or a step of the activation's life is due. Under the gate.</summary>
    internal bool HasTurn() => State == ActivationState.Valid ? _requests.CanStart : _life.HasTurn(_requests.RunningCount);

    /// <summary>Starts the next request, if one is due; else a step of the activation's life may be. Under the gate.</summary>
    internal Request? StartNext() => State == ActivationState.Valid ? _requests.StartNext() : null;

    /// <summary>Takes the step of the activation's life that is due. Within a turn.</summary>
    internal void TakeLifeStep() => _life.Step();

    /// <summary>Removes a request that has ended. Under the gate.</summary>
    internal void Remove(Request request)
    {
        _requests.End(request);
        if (request.KeepsActive) _usedAt = Host.Clock.Now;
    }

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
}
