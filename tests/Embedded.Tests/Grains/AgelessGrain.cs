namespace Preble.Embedded.Tests.Grains;

/// <summary>Is never collected.</summary>
[KeepAlive]
internal sealed class AgelessGrain : Grain, IAgelessGrain
{
    public Task Use() => Task.CompletedTask;
}
