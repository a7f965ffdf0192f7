namespace Preble.Embedded.Tests.Shared;

/// <summary>Fails in its first activation.</summary>
public sealed class FailingGrain : Grain, IFailingGrain
{
    private Journal Journal => Journal.Of(this.GetPrimaryKeyString());

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Journal.Add("try");
        await Journal.Gate("tried");
        if (Journal.Count("try") == 1) throw new InvalidOperationException("The first activation fails.");
    }

    public Task<int> Tries() => Task.FromResult(Journal.Count("try"));
}
