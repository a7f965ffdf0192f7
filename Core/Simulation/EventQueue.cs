namespace Preble.Core.Simulation;

/// <summary>Events in the order of their time; those of one time in the order in which they were added.</summary>
internal sealed class EventQueue
{
    private readonly PriorityQueue<SimulatedEvent, (long Ticks, long Number)> _queue = new();
    private long _added;

    public int Count => _queue.Count;

    public void Add(TimeSpan at, SimulatedEvent what) => _queue.Enqueue(what, (at.Ticks, _added++));

    public bool TryTake(out TimeSpan at, out SimulatedEvent what)
    {
        bool any = _queue.TryDequeue(out what, out (long Ticks, long Number) place);
        at = new TimeSpan(place.Ticks);
        return any;
    }
}
