using Preble.Core.Simulation;

namespace Preble.Core.Workloads;

/// <summary>What a workload's requests cost on average under a good placement: enough to guess how many a worker can take.</summary>
/// <param name="CachedTokens">Prompt tokens found cached. [tokens]</param>
/// <param name="MissedTokens">Prompt tokens computed. [tokens]</param>
/// <param name="OutputTokens">[tokens]</param>
internal readonly record struct RequestLoad(double CachedTokens, double MissedTokens, double OutputTokens)
{
    /// <summary>Sequences in a decode step of a worker that is busy but not drowning.</summary>
    private const double DecodeBatch = 32;

    /// <summary>
    /// Requests a second that one worker sustains if nothing ever waits for nothing: one over the seconds of its prefill and of its share of the decode
    /// steps, a batch of <see cref="DecodeBatch"/> or of as many as fit the key-value memory with half of their context shared.
    /// </summary>
    public double RequestsPerSecond(Hardware worker)
    {
        double context = CachedTokens + MissedTokens + (OutputTokens / 2);
        double own = MissedTokens + OutputTokens + (CachedTokens / 2);
        double batch = Math.Clamp(worker.KvTokens / own, 1, DecodeBatch);
        double decode = OutputTokens * worker.Rates.DecodeStepSeconds(batch, batch * context) / batch;
        return 1 / (worker.Rates.PrefillSeconds(MissedTokens, CachedTokens) + decode);
    }
}
