using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Preble.Embedded.Tests.Grains;

/// <summary>Takes all that it needs in its constructor.</summary>
internal sealed class InjectedGrain(
    IGrainContext context, TimeProvider time, ILogger<InjectedGrain> log, IGrainFactory grains, ScopedThing scoped) : IGrainBase, IInjectedGrain
{
    public IGrainContext GrainContext => context;

    public Task<(string Key, bool SameContext, bool HasTime, bool HasLog)> Facts() => Task.FromResult((
        this.GetPrimaryKeyString(),
        ReferenceEquals(context.GrainInstance, this)
            && ReferenceEquals(context.ActivationServices.GetRequiredService<IGrainContext>(), context)
            && ReferenceEquals(context.ActivationServices.GetRequiredService<ScopedThing>(), scoped)
            && grains.GetGrain<IInjectedGrain>(this.GetPrimaryKeyString()).Equals(this.AsReference<IInjectedGrain>()),
        time is FakeTime,
        log is not null));

    public Task<ScopedThing> Scoped() => Task.FromResult(scoped);

    public Task<IGrainContext> Context() => Task.FromResult(context);

    public Task DeactivateSelf()
    {
        this.DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
