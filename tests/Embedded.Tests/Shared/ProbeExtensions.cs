namespace Preble.Embedded.Tests.Shared;

/// <summary>What several tests do with a probe.</summary>
public static class ProbeExtensions
{
    /// <summary>Runs an interleaving request from begin to end, whatever else runs.</summary>
    public static Task HoldInterleavingOpen(this IProbeGrain grain, Journal journal, string name)
    {
        journal.Open(name);
        return grain.HoldInterleaving(name).WaitAsync(TestLimits.Wait);
    }
}
