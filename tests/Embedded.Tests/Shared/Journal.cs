using System.Collections.Concurrent;

namespace Preble.Embedded.Tests.Shared;

/// <summary>
/// What the grain of one key has done, seen from outside, and the gates at which it waits. One for each key in the process, so keys are unique
/// in a run; both hosts run their grains in the test's process.
/// </summary>
public sealed class Journal
{
    private static readonly ConcurrentDictionary<string, Journal> ByKey = new();

    private readonly Lock _lock = new();
    private readonly List<string> _events = [];
    private readonly Dictionary<string, TaskCompletionSource> _gates = [];
    private readonly Dictionary<string, TaskCompletionSource> _reached = [];
    private int _inTurn;

    /// <summary>Times that two turns were seen at once.</summary>
    public int Overlaps { get; private set; }

    /// <summary>All events so far.</summary>
    public IReadOnlyList<string> Events
    {
        get
        {
            lock (_lock) return [.. _events];
        }
    }

    /// <summary>The journal of a key.</summary>
    public static Journal Of(string key) => ByKey.GetOrAdd(key, static _ => new Journal());

    /// <summary>Adds an event.</summary>
    public void Add(string what)
    {
        lock (_lock)
        {
            _events.Add(what);
            if (_reached.Remove(what, out TaskCompletionSource? reached)) reached.SetResult();
        }
    }

    /// <summary>Number of times an event happened.</summary>
    public int Count(string what) => Events.Count(happened => happened == what);

    /// <summary>Ends when an event has happened.</summary>
    public Task Reached(string what)
    {
        lock (_lock)
        {
            if (_events.Contains(what)) return Task.CompletedTask;
            if (!_reached.TryGetValue(what, out TaskCompletionSource? reached)) _reached[what] = reached = NewSource();
            return reached.Task.WaitAsync(TestLimits.Wait);
        }
    }

    /// <summary>Ends when the gate is opened.</summary>
    public Task Gate(string name)
    {
        lock (_lock) return GateSource(name).Task;
    }

    /// <summary>Opens a gate, for those who wait and those who come.</summary>
    public void Open(string name)
    {
        lock (_lock) GateSource(name).TrySetResult();
    }

    /// <summary>Does a little work that must not be done by two turns at once.</summary>
    public void WorkInTurn()
    {
        if (Interlocked.Increment(ref _inTurn) != 1) Overlaps++;
        Thread.SpinWait(50);
        Interlocked.Decrement(ref _inTurn);
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TaskCompletionSource GateSource(string name)
    {
        if (!_gates.TryGetValue(name, out TaskCompletionSource? gate)) _gates[name] = gate = NewSource();
        return gate;
    }
}
