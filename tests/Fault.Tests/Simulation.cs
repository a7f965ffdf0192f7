using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Preble.Core.Placement;
using Preble.Embedded;
using Preble.Embedded.Activations;
using Preble.Fault.Tests.Checks;
using Preble.Fault.Tests.Network;
using Preble.Fault.Tests.Time;
using Preble.Fault.Tests.World;
using Preble.Grains;

namespace Preble.Fault.Tests;

/// <summary>
/// One run: the real grains, host, engines and feeds on one thread and virtual time, under faults. Everything that happens follows from the seed.
/// </summary>
internal sealed class Simulation
{
    /// <summary>After the last fault, within which every request must have ended.</summary>
    private static readonly TimeSpan EndMax = TimeSpan.FromMinutes(6);

    /// <summary>For as long a promise is believed: less than usual, for runs to be short.</summary>
    private const double PromiseSeconds = 60;

    /// <summary>After the last request: as long as promises are believed, and some heartbeats.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(PromiseSeconds + 70);

    private const int StepsMax = 5_000_000;

    private readonly int _seed;
    private readonly EmbeddedHost _host;
    private readonly List<SimulatedClient> _clients = [];
    private readonly FaultPlan _faults;
    private string? _failure;
    private int _steps;

    public Simulation(int seed)
    {
        _seed = seed;
        // One source for each part, so that a change of one leaves the others' draws alone.
        var seeds = new Random(seed);
        Random picks = new(seeds.Next()), sizes = new(seeds.Next()), network = new(seeds.Next()), requests = new(seeds.Next()), faults = new(seeds.Next());
        Trace = new Trace(Clock);
        Thread = new OneThread(picks, Trace);
        Sizes = Sizes.Draw(sizes);
        Network = new FaultyNetwork(this, network);
        Machines = [.. Enumerable.Range(0, Sizes.Silos).Select(index => new SimulatedSilo(this, $"s{index}"))];
        _host = EmbeddedHost.Start(options => Configure(options.AddGrainAssembly(typeof(RequestGrain).Assembly)), Services());
        _faults = new FaultPlan(this, faults);
        AddClients(requests);
    }

    public VirtualClock Clock { get; } = new();

    public Trace Trace { get; }

    public OneThread Thread { get; }

    public Sizes Sizes { get; }

    public FaultyNetwork Network { get; }

    public IReadOnlyList<SimulatedSilo> Machines { get; }

    public IReadOnlyList<SimulatedClient> Clients => _clients;

    /// <summary>The grain of a class that is in memory now.</summary>
    public TGrain? Grain<TGrain>()
        where TGrain : class => _host.Activations().Select(activation => activation.GrainInstance).OfType<TGrain>().FirstOrDefault();

    /// <summary>Runs it all.</summary>
    /// <exception cref="SimulationException">Something that must hold does not; says how to run the same again.</exception>
    public SimulationResult Run()
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            foreach (SimulatedSilo silo in Machines)
            {
                silo.Start();
            }

            _faults.Start();
            _clients.ForEach(client => _ = Thread.Start(client.RunAsync));
            Until(TimeSpan.MaxValue, () => _faults.AreOver);
            Until(Clock.Now + EndMax, () => _clients.TrueForAll(client => client.Outcome is not null));
            Until(Clock.Now + Rest, () => false);
            new FinalChecks(this).Run();
            return new SimulationResult(Trace.Hash, [.. _clients.Select(client => client.Outcome!.Value)]);
        }
        catch (Exception exception)
        {
            throw new SimulationException(
                $"Seed {_seed}: {(exception is SimulationException ? exception.Message : exception)}\nTo run it again: PREBLE_FAULT_SEED={_seed} PREBLE_FAULT_SEEDS=1 dotnet test tests/Fault.Tests\n"
                + string.Join('\n', Trace.Lines),
                exception);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>Runs a check of the end, which may call grains.</summary>
    public void Complete(Func<Task> work)
    {
        Task task = Thread.Start(work);
        Until(Clock.Now + TimeSpan.FromMinutes(1), () => task.IsCompleted);
        if (!task.IsCompleted)
        {
            throw new SimulationException("A check got no answer.");
        }

        task.GetAwaiter().GetResult();
    }

    /// <summary>Notes that something does not hold, from anywhere.</summary>
    public void Fail(string problem) => _failure ??= problem;

    public void CrashScheduler()
    {
        Trace.Note("the scheduler is lost");
        Crash(static activation => activation.GrainInstance is SchedulerGrain);
    }

    public void CrashTree()
    {
        Trace.Note("the tree is lost");
        Crash(static activation => activation.GrainInstance is PrefixTreeGrain);
    }

    /// <summary>Loses the activations of a silo.</summary>
    public void CrashSilo(string silo) => Crash(activation => Preble.Grains.Interfaces.GrainKeys.SiloOf(activation.Key) == silo);

    private void Crash(Func<Activation, bool> which)
    {
        foreach (Activation activation in _host.Activations().Where(which).ToList())
        {
            activation.Abandon(new SiloUnavailableException("The silo of the grain is dead."));
        }
    }

    private void Until(TimeSpan limit, Func<bool> isOver)
    {
        while (_failure is null && !isOver())
        {
            if (++_steps > StepsMax)
            {
                throw new SimulationException($"Nothing came to rest in {StepsMax} steps.");
            }

            if (!Thread.RunNext() && !Clock.FireNext(limit))
            {
                break;
            }
        }

        if (_failure is { } failure)
        {
            throw new SimulationException(failure);
        }
    }

    private void AddClients(Random random)
    {
        var workload = new Workload(random);
        for (int index = 0; index < Sizes.Requests; index++)
        {
            TimeSpan start = Sizes.Length * (random.NextDouble() * random.NextDouble());
            TimeSpan? patience = random.Next(6) == 0 ? TimeSpan.FromSeconds(random.NextDouble() * 3) : null;
            _clients.Add(new SimulatedClient(this, workload.Next(index), start, patience));
        }
    }

    private void Configure(EmbeddedActorOptions options)
    {
        options.Scheduler = Thread;
        options.Network = Network.Wrap;
        options.ResponseTimeout = FaultyNetwork.ResponseTimeout;
    }

    private ServiceProvider Services()
    {
        var silos = new Silos(Machines);
        return new ServiceCollection()
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddSingleton<TimeProvider>(Clock)
            .AddSingleton<ISilos>(silos)
            .AddSingleton<IWorkerEngines>(silos)
            .AddSingleton(new PrefixTreeOptions { PageTokens = SimulatedModel.PageTokens, PromiseSeconds = PromiseSeconds })
            .AddSingleton(new SchedulerSettings { Policy = Sizes.Policy, PageTokens = SimulatedModel.PageTokens })
            .BuildServiceProvider();
    }
}
