namespace Preble.Embedded.Tests.Shared;

public sealed partial class TestHostFixture
{
    private EmbeddedHost? _host;

    public Task InitializeAsync()
    {
        _host = EmbeddedHost.Start(static options =>
        {
            options.ResponseTimeout = TestLimits.Wait;
            options.AddGrain<ProbeGrain>().AddGrain<ReentrantProbeGrain>().AddGrain<FailingGrain>();
        });
        Grains = _host.GrainFactory;
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _host!.DisposeAsync();
}
