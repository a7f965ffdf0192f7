namespace Preble.Embedded.Tests.Grains;

/// <summary>Has an age of its own.</summary>
[CollectionAgeLimit(Minutes = 5)]
[GrainType("five-minutes")]
internal sealed class AgedGrain : Grain, IAgedGrain
{
    public Task Use() => Task.CompletedTask;

    public Task Delay(TimeSpan time)
    {
        DelayDeactivation(time);
        return Task.CompletedTask;
    }

    public Task Tick(TimeSpan period, bool keepAlive)
    {
        this.RegisterGrainTimer(() => Task.CompletedTask, new GrainTimerCreationOptions(period, period) { KeepAlive = keepAlive });
        return Task.CompletedTask;
    }
}
