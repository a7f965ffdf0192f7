using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using Preble.Core.Caching;
using Preble.Core.Serving;
using Preble.Grains;
using Preble.Grains.Interfaces;
using Preble.Silo.Engines;

namespace Preble.Fault.Tests.World;

/// <summary>The real engine of a worker over the simulated model, with turns on virtual time instead of a thread, and the real feed of its news.</summary>
internal sealed class SimulatedWorker : IWorkerEngine
{
    /// <summary>Time between two looks of an idle engine for questions from inside its program, which the simulation does not see.</summary>
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(10);

    /// <summary>What a silo that leaves waits for its requests.</summary>
    private static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(10);

    private readonly Simulation _simulation;
    private readonly EngineClock _clock;
    private readonly SimulatedPass _pass;
    private readonly LocalScheduler _scheduler;
    private readonly PrefixCache _cache;
    private readonly EngineHost _engine;
    private readonly CancellationTokenSource _gone = new();
    private bool _turnIsDue;
    private bool _over;

    public SimulatedWorker(Simulation simulation, string silo, IGrainFactory grains, long epoch)
    {
        _simulation = simulation;
        Sizes sizes = simulation.Sizes;
        Id = GrainKeys.Worker(SimulatedModel.Name, "simulated", 0, silo);
        _clock = new EngineClock(simulation.Clock);
        _pass = new SimulatedPass(sizes.Pages, _clock);
        var pool = new PagePool(sizes.Pages);
        _cache = new PrefixCache(pool, SimulatedModel.PageTokens);
        var options = new LocalSchedulerOptions
        {
            RunningSequencesMax = sizes.RunningMax,
            WaitingSequencesMax = sizes.WaitingMax,
            StepTokensMax = sizes.StepTokensMax,
        };
        _scheduler = new LocalScheduler(options, _cache, pool, _pass);
        var samplers = new SamplerFactory(SimulatedModel.Tokenizer, SimulatedModel.EndTokens);
        Feed = new WorkerFeed(grains, Registration(epoch), simulation.Clock, NullLogger.Instance);
        _engine = new EngineHost(new EngineCore(Id, epoch, _scheduler, _cache, samplers, _clock), Feed, _clock, NullLogger.Instance);
    }

    public string Id { get; }

    public WorkerFeed Feed { get; }

    /// <summary>How many times longer than normal its steps take.</summary>
    public double Slowness
    {
        set => _pass.Slowness = value;
    }

    /// <summary>How full it is.</summary>
    public SchedulerCounts Counts => _scheduler.Counts;

    /// <summary>What it holds, as page keys of whole paths.</summary>
    public IEnumerable<ulong[]> Paths => _cache.Dump().WholePaths().Select(path => Wire.Keys(path.Span));

    /// <summary>Registers, then serves, as a silo does at its start.</summary>
    public async Task RunAsync()
    {
        try
        {
            await Feed.RegisterAsync();
        }
        catch (Exception exception)
        {
            // The feed does it again when the scheduler asks for it.
            _simulation.Trace.Note($"{Id} cannot register: {exception.GetType().Name}");
        }

        Wake();
        try
        {
            await Feed.RunAsync(this, _gone.Token);
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // As when the process is killed.
        }
    }

    /// <summary>Ends it as it ends with its program: others take what they can, what runs gets some time, the streams that are left are told.</summary>
    public async Task LeaveAsync()
    {
        using ITimer turns = _simulation.Clock.CreateTimer(_ => Wake(), null, TimeSpan.Zero, Round);
        await Feed.DrainAsync();
        await Feed.HandOverAsync(_engine);
        Task idle = _engine.IdleAsync();
        for (TimeSpan end = _simulation.Clock.Now + DrainMax; !idle.IsCompleted && _simulation.Clock.Now < end;)
        {
            await _simulation.Clock.Delay(Round);
        }

        if (!_over)
        {
            _over = true;
            _engine.Stop();
            _engine.End();
        }
    }

    /// <summary>Ends it as a power cut does: nobody is told anything.</summary>
    public void Kill()
    {
        _over = true;
        _gone.Cancel();
    }

    public async IAsyncEnumerable<GenerationEvent> GenerateAsync(GenerateRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using IAsyncEnumerator<GenerationEvent> events = _engine.GenerateAsync(request, cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            while (true)
            {
                ValueTask<bool> next = events.MoveNextAsync();
                Wake();
                if (!await next)
                {
                    yield break;
                }

                yield return events.Current;
            }
        }
        finally
        {
            await events.DisposeAsync();
            Wake();
        }
    }

    public async Task<Preble.Grains.Interfaces.CacheDump> DumpCacheAsync(CancellationToken cancellationToken)
    {
        Task<Preble.Grains.Interfaces.CacheDump> dump = _engine.DumpCacheAsync(CancellationToken.None);
        Wake();
        return await dump;
    }

    /// <summary>Throws if anything that it believes of its pages is wrong.</summary>
    public void CheckIntegrity()
    {
        _scheduler.CheckIntegrity();
        _cache.CheckIntegrity();
    }

    private void Wake()
    {
        if (!_turnIsDue && !_over)
        {
            _turnIsDue = true;
            _simulation.Clock.After(_clock.Ahead, Turn);
        }
    }

    private void Turn()
    {
        _turnIsDue = false;
        if (_over)
        {
            return;
        }

        _clock.Ahead = TimeSpan.Zero;
        bool worked = _engine.Turn();
        _simulation.Trace.Add(_scheduler.Counts.PagesFree);
        if (worked)
        {
            Wake();
        }
    }

    private WorkerRegistration Registration(long epoch) => new()
    {
        WorkerId = Id,
        Model = SimulatedModel.Name,
        Kind = "simulated",
        Epoch = epoch,
        Alpha = 1e-4,
        Beta = 1e-9,
        T0 = 5e-3,
        Gamma = 1e-4,
        Delta = 1e-8,
        StepTokensMax = _simulation.Sizes.StepTokensMax,
        KvTokens = _simulation.Sizes.Pages * SimulatedModel.PageTokens,
        PageTokens = SimulatedModel.PageTokens,
        RunningMax = _simulation.Sizes.RunningMax,
        WaitingMax = _simulation.Sizes.WaitingMax,
    };
}
