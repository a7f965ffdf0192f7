namespace Preble.Core.Placement;

/// <summary>Constants of the policies.</summary>
public sealed record PolicyOptions
{
    /// <summary>
    /// <c>marginal-cost</c>: how much a second until the first token weighs against a second of the whole answer (w_T). 1 favours throughput, 10 the
    /// first token; the choice moves either by a few percent.
    /// </summary>
    public double LatencyPreference { get; init; } = 3;

    /// <summary><c>marginal-cost</c>: seconds of cost for needing twice a worker's key-value memory; what lies between is in proportion.</summary>
    public double OverflowSeconds { get; init; } = 500;

    /// <summary>
    /// <c>e2</c>: IMBALR. A worker whose share of decode units is so many times the mean share is heavy in decodes and gets the next prompt that is
    /// explored. The paper names the constant and gives neither its value nor the ratio's formula.
    /// </summary>
    public double ImbalanceRatio { get; init; } = 1.2;

    /// <summary><c>e2</c>: requests within the window below which a worker's share of decode units says nothing.</summary>
    public int ImbalanceRequestsMin { get; init; } = 16;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(LatencyPreference);
        ArgumentOutOfRangeException.ThrowIfNegative(OverflowSeconds);
        ArgumentOutOfRangeException.ThrowIfLessThan(ImbalanceRatio, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ImbalanceRequestsMin, 1);
    }
}
