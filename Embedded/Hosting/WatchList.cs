using Preble.Embedded.Activations;

namespace Preble.Embedded.Hosting;

/// <summary>
/// The activations with something that may take too long. One that has been called is here until the tick after, so that a tick costs what
/// was active lately and not what is in memory.
/// </summary>
internal sealed class WatchList
{
    private readonly Lock _gate = new();
    private List<Activation> _watched = [];
    private List<Activation> _spare = [];

    /// <summary>Adds an activation that is not here. Under its gate.</summary>
    public void Add(Activation activation)
    {
        lock (_gate) _watched.Add(activation);
    }

    /// <summary>Visits all, and keeps those that say so. Never twice at once.</summary>
    /// <param name="now">Ticks of the host's clock.</param>
    public void Sweep(long now)
    {
        List<Activation> visited;
        lock (_gate)
        {
            visited = _watched;
            _watched = _spare;
        }

        visited.RemoveAll(activation => !activation.Sweep(now));
        lock (_gate) _watched.AddRange(visited);
        visited.Clear();
        _spare = visited;
    }
}
