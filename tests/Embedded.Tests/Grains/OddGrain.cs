using Preble.Embedded.Tests.Shared;

namespace Preble.Embedded.Tests.Grains;

/// <summary>Does them.</summary>
internal sealed class OddGrain : Grain, IOddGrain, IDisposable
{
    private static readonly AsyncLocal<int> Left = new();

    private bool _hang;
    private IGrainTimer? _timer;

    private Journal Journal => Journal.Of(this.GetPrimaryKeyString());

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!this.GetPrimaryKeyString().StartsWith("hang", StringComparison.Ordinal)) return;
        Journal.Add("hanging");
        await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Journal.Add($"{reason.ReasonCode}");
        // Does not heed the token.
        if (_hang) await Journal.Gate("for ever");
    }

    public Task ReturnNull() => null!;

    public Task Leave(int value)
    {
        Left.Value = value;
        return Task.CompletedTask;
    }

    public Task<int> Find() => Task.FromResult(Left.Value);

    public Task HangOnDeactivation()
    {
        _hang = true;
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task HangOnActivation() => Task.CompletedTask;

    public Task StartTimer(TimeSpan due, TimeSpan period)
    {
        _timer = this.RegisterGrainTimer(
            async token =>
            {
                Journal.Add("tick");
                await Journal.Gate($"tick {Journal.Count("tick")}");
                Journal.Add("tock");
            },
            due,
            period);
        return Task.CompletedTask;
    }

    public Task ChangeTimer(TimeSpan due, TimeSpan period)
    {
        _timer!.Change(due, period);
        return Task.CompletedTask;
    }

    public async Task<bool> Cancellable(string gate, CancellationToken cancellationToken)
    {
        await Journal.Gate(gate);
        return cancellationToken.IsCancellationRequested;
    }

    public void Dispose() => Journal.Add("disposed");
}
