using Preble.Core.Serving;

namespace Preble.Core.Simulation;

/// <summary>
/// How long a forward pass takes: what a simulated worker has in place of a model.
/// <para>Contract. Pure. More tokens, more context or more entries never take less time.</para>
/// </summary>
public interface IStepTiming
{
    /// <summary>Seconds of one forward pass, above 0.</summary>
    /// <param name="batch">At least one entry; an entry of one token is a decode.</param>
    double StepSeconds(ReadOnlySpan<BatchEntry> batch);
}
