using System.Runtime.CompilerServices;

namespace Preble.Embedded.Tests.Shared;

/// <summary>What both probes do.</summary>
public abstract class ProbeGrainBase : Grain
{
    private readonly Dictionary<string, IGrainTimer> _timers = [];
    private TaskScheduler? _scheduler;

    private Journal Journal => Journal.Of(this.GetPrimaryKeyString());

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _scheduler = TaskScheduler.Current;
        Journal.Add("activating");
        await Task.Yield();
        Journal.WorkInTurn();
        Journal.Add("activated");
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Journal.Add("deactivating");
        await Task.Yield();
        Journal.WorkInTurn();
        Journal.Add($"deactivated: {reason.ReasonCode}");
    }

    public async Task Hold(string name)
    {
        Journal.Add($"start {name}");
        await Journal.Gate(name);
        Journal.WorkInTurn();
        Journal.Add($"end {name}");
    }

    public Task HoldInterleaving(string name) => Hold(name);

    public Task HoldReadOnly(string name) => Hold(name);

    public Task HoldShortly(string name) => Hold(name);

    public async Task Work(string name, int turns)
    {
        Journal.Add($"start {name}");
        for (int i = 0; i < turns; i++)
        {
            Journal.WorkInTurn();
            await Task.Yield();
        }

        Journal.WorkInTurn();
        Journal.Add($"end {name}");
    }

    public Task WorkInterleaving(string name, int turns) => Work(name, turns);

    public ValueTask<int> Add(int left, int right) => ValueTask.FromResult(left + right);

    public async ValueTask Write(string line)
    {
        await Task.Yield();
        Journal.Add(line);
    }

    public Task<ProbeMessage> Echo(ProbeMessage message) => Task.FromResult(message);

    public Task<string> Many(int a, string b, long c, double d, bool e, char f, byte g, string h, int i, ProbeMessage j) =>
        Task.FromResult(string.Join('|', a, b, c, d, e, f, g, h, i, j.Text));

    public Task ThrowAtOnce(string message) => throw new InvalidOperationException(message);

    public async Task<int> ThrowLater(string message)
    {
        await Task.Yield();
        throw new ArgumentException(message);
    }

    public async ValueTask ThrowValue(string message)
    {
        await Task.Yield();
        throw new NotSupportedException(message);
    }

    public async Task ThrowCanceled()
    {
        await Task.Yield();
        throw new OperationCanceledException("Nobody asked for it.");
    }

    public async Task Tell(string gate, bool fail)
    {
        await Journal.Gate(gate);
        Journal.Add($"told {gate}");
        if (fail) throw new InvalidOperationException("Nobody hears this.");
    }

    public async Task<(bool First, bool AfterAwait, bool InPool, bool AfterPool, bool Unbound)> Schedulers()
    {
        bool first = OnOwnScheduler();
        await Task.Yield();
        bool afterAwait = OnOwnScheduler();
        bool inPool = await Task.Run(OnOwnScheduler);
        bool afterPool = OnOwnScheduler();
        bool unbound = await UnboundAsync();
        return (first, afterAwait, inPool, afterPool, unbound);

        async Task<bool> UnboundAsync()
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            return OnOwnScheduler();
        }
    }

    public async Task WaitForCancellation(string name, CancellationToken cancellationToken)
    {
        Journal.Add($"waiting {name}");
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = cancellationToken.Register(() =>
        {
            Journal.WorkInTurn();
            Journal.Add(OnOwnScheduler() ? $"cancelled {name} in a turn" : $"cancelled {name} elsewhere");
            cancelled.SetResult();
        });
        await cancelled.Task;
        Journal.Add($"stopped {name}");
        cancellationToken.ThrowIfCancellationRequested();
    }

    public Task<bool> IsCancelled(CancellationToken cancellationToken) => Task.FromResult(cancellationToken.IsCancellationRequested);

    public async Task<string> CallSelfInterleaving(string name)
    {
        await this.AsReference<IProbeGrain>().HoldInterleaving(name);
        return name;
    }

    public Task CallSelf() => this.AsReference<IProbeGrain>().NeverWhileBusy();

    public Task NeverWhileBusy()
    {
        Journal.Add("never");
        return Task.CompletedTask;
    }

    public Task<string> Key() => Task.FromResult(this.GetPrimaryKeyString());

    public Task<IProbeGrain> Self() => Task.FromResult(this.AsReference<IProbeGrain>());

    public Task<string> KeyOf(IProbeGrain other) => other.Key();

    public Task<string> KeyThrough(IProbeGrain other) => other.KeyOf(this.AsReference<IProbeGrain>());

    public Task<string> PassMyself(string other) => GrainFactory.GetGrain<IReentrantProbeGrain>(other).KeyOf((IReentrantProbeGrain)this);

    public Task DeactivateSelf()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task StartTimer(string name, TimeSpan due, TimeSpan period, bool interleave, bool fail)
    {
        _timers[name] = this.RegisterGrainTimer(
            async (text, token) =>
            {
                Journal.WorkInTurn();
                Journal.Add(OnOwnScheduler() ? $"tick {text}" : $"tick {text} elsewhere");
                await Journal.Gate(text);
                Journal.WorkInTurn();
                Journal.Add($"tock {text}");
                if (fail) throw new InvalidOperationException("Timers go on after this.");
            },
            name,
            new GrainTimerCreationOptions(due, period) { Interleave = interleave });
        return Task.CompletedTask;
    }

    public Task StopTimer(string name)
    {
        _timers[name].Dispose();
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<int> Count(string name, int count, bool yield, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Journal.Add($"produce {name}");
        try
        {
            for (int i = 0; i < count; i++)
            {
                Journal.WorkInTurn();
                if (!OnOwnScheduler()) Journal.Add($"{name} elsewhere");
                yield return i;
                if (yield) await Task.Yield();
            }
        }
        finally
        {
            await Task.Yield();
            Journal.WorkInTurn();
            Journal.Add(OnOwnScheduler() ? $"finally {name}" : $"finally {name} elsewhere");
        }
    }

    public async IAsyncEnumerable<int> Gated(string name, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            for (int i = 0; ; i++)
            {
                Journal.Add($"{name} at {i}");
                await Journal.Gate($"{name} {i}").WaitAsync(cancellationToken);
                yield return i;
            }
        }
        finally
        {
            Journal.Add(OnOwnScheduler() ? $"finally {name}" : $"finally {name} elsewhere");
        }
    }

    public async IAsyncEnumerable<int> CountAndThrow(int count, bool yield)
    {
        for (int i = 0; i < count; i++)
        {
            if (yield) await Task.Yield();
            yield return i;
        }

        throw new InvalidOperationException("The enumeration fails.");
    }

    private bool OnOwnScheduler() => ReferenceEquals(TaskScheduler.Current, _scheduler);
}
