namespace Preble.Core.Placement;

/// <summary>What a worker says of itself when it joins.</summary>
public sealed record WorkerProfile
{
    public required WorkerId Id { get; init; }

    /// <summary><c>cpu</c>, <c>cuda</c>, <c>openai</c> or <c>simulated</c>; for people, no decision reads it.</summary>
    public required string Kind { get; init; }

    /// <summary>Measured at its start.</summary>
    public required WorkerRates Rates { get; init; }

    /// <summary>Prompt tokens that one of its steps computes at most.</summary>
    public required int ChunkTokens { get; init; }

    /// <summary>Tokens that its key-value memory holds.</summary>
    public required int KvTokens { get; init; }

    /// <summary>Sequences that run together at most.</summary>
    public required int RunningMax { get; init; }

    /// <summary>Sequences that wait at most.</summary>
    public required int WaitingMax { get; init; }

    /// <summary>Counts the starts of the worker; what an earlier start reported is void.</summary>
    public required long Epoch { get; init; }

    /// <summary>Seconds that a message to the worker and its answer take.</summary>
    public double RoundTripSeconds { get; init; }

    /// <summary>
    /// Groups by which its queue lets those with more of their prompt cached pass others (<see cref="Core.PriorityGroups"/>); 0 if it goes by another order.
    /// </summary>
    public int PriorityGroups { get; init; }

    internal void Validate()
    {
        foreach (double rate in (ReadOnlySpan<double>)[Rates.Alpha, Rates.Beta, Rates.T0, Rates.Gamma, Rates.Delta, RoundTripSeconds])
        {
            if (!(rate >= 0) || double.IsInfinity(rate))
            {
                throw new ArgumentException($"Worker {Id}: rates and round trip must be finite and not negative, not {rate}.");
            }
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(ChunkTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(KvTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RunningMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(WaitingMax, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(PriorityGroups);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PriorityGroups, Core.PriorityGroups.CountMax);
    }
}
