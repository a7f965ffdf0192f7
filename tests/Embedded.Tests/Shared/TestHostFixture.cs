namespace Preble.Embedded.Tests.Shared;

/// <summary>The host that the shared tests run on; each build has one.</summary>
public sealed partial class TestHostFixture : IAsyncLifetime
{
    private static int _keys;

    /// <summary>Gives references to grains.</summary>
    public IGrainFactory Grains { get; private set; } = null!;

    /// <summary>A probe of its own for a test.</summary>
    public (IProbeGrain Grain, Journal Journal) Probe()
    {
        string key = NewKey();
        return (Grains.GetGrain<IPlainProbeGrain>(key), Journal.Of(key));
    }

    /// <summary>A reentrant probe of its own for a test.</summary>
    public (IReentrantProbeGrain Grain, Journal Journal) ReentrantProbe()
    {
        string key = NewKey();
        return (Grains.GetGrain<IReentrantProbeGrain>(key), Journal.Of(key));
    }

    /// <summary>A key that no other test has.</summary>
    public static string NewKey() => $"key {Interlocked.Increment(ref _keys)}";
}
