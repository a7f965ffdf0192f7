using Orleans;

namespace Preble.Embedded.Activations;

/// <summary>
/// The begin and end of one activation: makes the grain, runs its hooks, disposes of it. Its own steps are turns of the activation; what other
/// threads touch is guarded by the activation's gate.
/// </summary>
/// <param name="activation">The activation.</param>
internal sealed class ActivationLife(Activation activation)
{
    private TaskCompletionSource? _ended;
    private CancellationTokenSource? _hook;
    private CancellationTokenRegistration _stopHook;
    private long _hookDeadline = long.MaxValue;
    private DeactivationReason _reason;
    private CancellationToken _deactivateToken;
    private bool _wasValid;
    private bool _activating;
    private ActivationServices? _services;
    private HashSet<GrainTimer>? _timers;

    /// <summary>The grain's object.</summary>
    public object? Instance { get; private set; }

    /// <summary>Services of the activation.</summary>
    public IServiceProvider Services => _services ?? throw new InvalidOperationException("The activation has no services before its first turn.");

    /// <summary>Ends with the activation.</summary>
    public Task Ended
    {
        get
        {
            lock (activation.Gate)
            {
                if (activation.State == ActivationState.Invalid && _ended is null) return Task.CompletedTask;
                return (_ended ??= new TaskCompletionSource(activation.Host.Executor.Completion)).Task;
            }
        }
    }

    /// <summary>Whether a hook runs that may take too long.</summary>
    public bool HasDeadline => Volatile.Read(ref _hookDeadline) != long.MaxValue;

    /// <summary>Whether <see cref="Step"/> has something to do. Under the gate.</summary>
    /// <param name="requestsRunning">Number of requests that run.</param>
    public bool HasTurn(int requestsRunning) => activation.State switch
    {
        ActivationState.Created => true,
        ActivationState.Deactivating => !_activating && requestsRunning == 0,
        _ => false,
    };

    /// <summary>Begins to deactivate. Under the gate.</summary>
    /// <returns>False when that had begun before.</returns>
    public bool Deactivate(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (activation.State >= ActivationState.Deactivating) return false;
        _wasValid = activation.State == ActivationState.Valid;
        _reason = reason;
        _deactivateToken = cancellationToken;
        activation.State = ActivationState.Deactivating;
        // A read that waits for the next element would hold up the end for as long as there is none.
        if (_wasValid && activation.Enumerations.Count > 0) activation.Post(activation.Enumerations.ReleaseReads);
        return true;
    }

    /// <summary>Takes the step that is due: to activate, or to end.</summary>
    public void Step()
    {
        bool begin;
        lock (activation.Gate)
        {
            begin = activation.State == ActivationState.Created;
            activation.State = begin ? ActivationState.Activating : ActivationState.Ending;
            _activating = begin;
        }

        _ = begin ? ActivateAsync() : EndAsync();
    }

    /// <summary>Keeps a timer, to dispose it at the end.</summary>
    public void AddTimer(GrainTimer timer)
    {
        lock (activation.Gate)
        {
            if (activation.State < ActivationState.Ending)
            {
                (_timers ??= []).Add(timer);
                return;
            }
        }

        timer.Dispose();
    }

    /// <summary>Forgets a timer.</summary>
    public void RemoveTimer(GrainTimer timer)
    {
        lock (activation.Gate) _timers?.Remove(timer);
    }

    /// <summary>Cancels a hook that runs for too long.</summary>
    /// <param name="now">Ticks of the host's clock.</param>
    public void Sweep(long now)
    {
        if (now < Volatile.Read(ref _hookDeadline)) return;
        Volatile.Write(ref _hookDeadline, long.MaxValue);
        if (_hook is { } hook) activation.Post(hook.Cancel);
    }

    /// <summary>Tells those who wait for the end that nobody else does.</summary>
    public void OnAbandoned()
    {
        DisposeTimers();
        _hook?.Cancel();
        lock (activation.Gate) _ended?.TrySetResult();
    }

    private async Task ActivateAsync()
    {
        Exception? failure = null;
        try
        {
            _services = new ActivationServices(activation);
            Instance = activation.Home.Class.Create(_services);
            if (Instance is IGrainBase grain)
            {
                await RunHook(grain.OnActivateAsync, activation.Host.ActivationTimeout, activation.Host.Stopping);
            }
        }
        catch (OperationCanceledException) when (activation.Host.IsStopping)
        {
            failure = activation.Host.Unavailable();
        }
        catch (Exception exception)
        {
            activation.Host.Log.ActivationFailed(activation.GrainId, exception);
            failure = exception;
        }

        if (failure is null)
        {
            lock (activation.Gate)
            {
                _activating = false;
                // Else the hook itself has asked for the end, which is now due.
                if (activation.State == ActivationState.Activating) activation.State = ActivationState.Valid;
            }

            activation.WakeNow();
            return;
        }

        DisposeTimers();
        await DisposeInstance();
        Finish(failure);
    }

    private async Task EndAsync()
    {
        DisposeTimers();
        if (_wasValid && Instance is IGrainBase grain)
        {
            try
            {
                await RunHook(token => grain.OnDeactivateAsync(_reason, token), activation.Host.DeactivationTimeout, _deactivateToken);
            }
            catch (Exception exception)
            {
                activation.Host.Log.DeactivationFailed(activation.GrainId, exception);
            }
        }

        await activation.Enumerations.DisposeAsync();
        await DisposeInstance();
        Finish(null);
    }

    private async Task RunHook(Func<CancellationToken, Task> hook, TimeSpan timeout, CancellationToken cancellationToken)
    {
        _hook = new CancellationTokenSource();
        if (cancellationToken.CanBeCanceled) _stopHook = cancellationToken.UnsafeRegister(static hook => ((CancellationTokenSource)hook!).Cancel(), _hook);
        Volatile.Write(ref _hookDeadline, activation.Host.Clock.Read() + timeout.Ticks);
        activation.Watch();
        try
        {
            Task task = hook(_hook.Token);
            if (!task.IsCompletedSuccessfully) await task.WaitAsync(_hook.Token);
        }
        finally
        {
            Volatile.Write(ref _hookDeadline, long.MaxValue);
            _stopHook.Unregister();
        }
    }

    private async Task DisposeInstance()
    {
        try
        {
            if (Instance is IAsyncDisposable asyncDisposable) await asyncDisposable.DisposeAsync();
            else if (Instance is IDisposable disposable) disposable.Dispose();
            if (_services is not null) await _services.DisposeAsync();
        }
        catch (Exception exception)
        {
            activation.Host.Log.DeactivationFailed(activation.GrainId, exception);
        }
    }

    private void Finish(Exception? failure)
    {
        activation.Retire(failure);
        // References keep the activation that they called last, which must not keep the grain.
        Instance = null;
        _services = null;
        lock (activation.Gate) _ended?.TrySetResult();
    }

    private void DisposeTimers()
    {
        HashSet<GrainTimer>? timers;
        lock (activation.Gate)
        {
            timers = _timers;
            _timers = null;
        }

        foreach (GrainTimer timer in timers ?? []) timer.Dispose();
    }
}
