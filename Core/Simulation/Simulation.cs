using Preble.Core.Placement;
using Preble.Core.Workloads;

namespace Preble.Core.Simulation;

/// <summary>
/// A cluster in virtual time: the real <see cref="GlobalScheduler"/>, <see cref="PrefixTree"/>, <see cref="Serving.LocalScheduler"/> and
/// <see cref="Caching.PrefixCache"/>, with a timing model in place of the forward pass. The same workload, options and version give the same result,
/// bit for bit.
/// </summary>
public sealed class Simulation
{
    /// <exception cref="ArgumentException">An option is out of range or names nothing; the message says what is allowed.</exception>
    public Simulation(Workload workload, SimulationOptions options)
    {
        ArgumentNullException.ThrowIfNull(workload);
        ArgumentNullException.ThrowIfNull(options);
        Requests = workload.Requests.Count;
    }

    /// <summary>In the workload.</summary>
    public int Requests { get; }

    /// <summary>Requests that have ended, one way or the other. Grows to <see cref="Requests"/>.</summary>
    public int Ended { get; private set; }

    /// <summary>Virtual time.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Takes the next event: an arrival, the end of a worker's step, a fault. Microseconds to milliseconds of real time.</summary>
    /// <returns>False if there is none any more.</returns>
    public bool Step() => false;

    /// <summary>Why a request went where it went: its last placement, with every candidate's cost. Of the last <see cref="GlobalSchedulerOptions.DecisionsMax"/> decisions; null before it was placed or when that is too long ago.</summary>
    public DecisionRecord? Explain(int index) => null;

    /// <summary>What was measured so far.</summary>
    public SimulationResult Result() => throw new InvalidOperationException("Nothing was simulated.");
}
