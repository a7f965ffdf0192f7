namespace Preble.Cluster.Tests;

/// <summary>What is under way between silos, delivered one at a time on one thread, in an order that is given.</summary>
/// <param name="order">Which of all that is under way comes next. [steps, again from the start]</param>
internal sealed class Deliveries(int[] order) : SynchronizationContext
{
    private readonly Queue<Action> _ready = [];
    private readonly List<Action> _underWay = [];
    private int _steps;

    public void Add(Action delivery) => _underWay.Add(delivery);

    /// <summary>Delivers until nothing is under way, and lets whoever waits go on in between.</summary>
    public void Run()
    {
        SynchronizationContext? before = Current;
        SetSynchronizationContext(this);
        try
        {
            while (_ready.Count > 0 || _underWay.Count > 0)
            {
                if (_ready.TryDequeue(out Action? next))
                {
                    next();
                    continue;
                }

                int chosen = order[_steps++ % order.Length] % _underWay.Count;
                Action delivery = _underWay[chosen];
                _underWay.RemoveAt(chosen);
                delivery();
            }
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state) => _ready.Enqueue(() => d(state));
}
