
namespace Preble.Fault.Tests.World;

/// <summary>A machine with one worker, which can die and come back under the same name.</summary>
internal sealed class SimulatedSilo(Simulation simulation, string name)
{
    private int _life;
    private long _epoch;
    private bool _leaves;
    private bool _comesBack;

    public string Name => name;

    /// <summary>Its worker; null while it is dead.</summary>
    public SimulatedWorker? Worker { get; private set; }

    /// <summary>Whether the others know what it is: a dead one counts as a member until it is found dead.</summary>
    public bool IsMember { get; private set; }

    /// <summary>Whether no message comes through from or to it.</summary>
    public bool IsCutOff { get; set; }

    /// <summary>Ends when the others have found it dead; anew with each life.</summary>
    public TaskCompletionSource FoundDead { get; private set; } = new();

    public void Start()
    {
        if (Worker is not null)
        {
            _comesBack = _leaves;
            return;
        }

        _comesBack = false;

        // A member that comes back shows that it was dead.
        FindDead(_life);
        _life++;
        FoundDead = new TaskCompletionSource();
        IsMember = true;
        // Virtual time can stand still between two starts, as no machine's does.
        _epoch = Math.Max(_epoch + 1, simulation.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        Worker = new SimulatedWorker(simulation, name, simulation.Network.From(name), _epoch);
        simulation.Trace.Note($"{name} starts");
        _ = simulation.Thread.Start(Worker.RunAsync);
    }

    /// <summary>Dies at once.</summary>
    /// <param name="found">Time until the others notice.</param>
    public void Kill(TimeSpan found)
    {
        if (Worker is { } worker)
        {
            simulation.Trace.Note($"{name} dies, found after {found.TotalSeconds:F1} s");
            worker.Kill();
            Worker = null;
            int life = _life;
            simulation.Clock.After(found, () => FindDead(life));
        }
    }

    /// <summary>Leaves as a program does that is told to.</summary>
    public async Task LeaveAsync()
    {
        if (Worker is { } worker && !_leaves)
        {
            simulation.Trace.Note($"{name} leaves");
            _leaves = true;
            await worker.LeaveAsync();
            await simulation.Clock.Delay(TimeSpan.FromSeconds(1));
            _leaves = false;
            if (ReferenceEquals(Worker, worker))
            {
                Worker = null;
                FindDead(_life);
                if (_comesBack)
                {
                    Start();
                }
            }
        }
    }

    private void FindDead(int life)
    {
        if (life == _life && IsMember)
        {
            IsMember = false;
            FoundDead.TrySetResult();
            simulation.CrashSilo(name);
        }
    }
}
