namespace Preble.Core.Serving;

/// <summary>First come, first served: the order of vLLM, and the baseline for the others.</summary>
public sealed class FcfsOrder : IQueueOrder
{
    /// <summary>The name in the configuration.</summary>
    public const string OrderName = "fcfs";

    public string Name => OrderName;

    public bool ReadsCachedTokens => false;

    public int Next(ReadOnlySpan<QueueCandidate> candidates) => 0;

    public void Admitted(QueueCandidate candidate)
    {
    }
}
