using System.Collections.Concurrent;
using System.Globalization;
using Preble.Core;
using Preble.Core.Caching;
using Preble.Core.Serving;
using Preble.Engine.Cpu;
using Preble.Grains;
using Preble.Grains.Interfaces;
using Preble.Silo.Gateway;

namespace Preble.Silo.Engines;

/// <summary>The workers of this silo: makes them at the start, registers them, and ends them with the host.</summary>
internal sealed partial class EngineHosts(
    PrebleOptions options,
    SiloIdentity silo,
    ServedModel served,
    IEngineFleet fleet,
    IServiceProvider services,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILoggerFactory logs)
    : IHostedLifecycleService, IWorkerEngines
{
    private readonly ConcurrentDictionary<string, EngineHost> _hosts = new();
    private readonly ConcurrentDictionary<string, WorkerFeed> _workerFeeds = new();
    private readonly List<Task> _feeds = [];
    private readonly Lock _drainGate = new();
    private Task? _drained;
    private long _drainBegun;
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _logger = logs.CreateLogger<EngineHosts>();
    private readonly Dictionary<string, WorkerRates> _rates = [];

    /// <summary>For the banner: the workers in a line.</summary>
    public string Summary => !silo.IsWorker ? "none here; those of other silos serve" : string.Create(
        CultureInfo.InvariantCulture,
        $"{fleet.Passes.Count} {fleet.Kind} ({fleet.Summary}, prefill {1 / _rates[fleet.Hardware(0)].Alpha:N0} tokens/s)");

    /// <summary>For the banner: the model in a line.</summary>
    public string ModelSummary => string.Create(
        CultureInfo.InvariantCulture, $"{served.Config.ModelType}, {fleet.WeightBytes / 1e6:N1} MB of weights, context {served.ContextTokensMax:N0} tokens");

    private int RunningMax => Math.Min(options.RunningMax, fleet.StepTokensMax);

    private LocalSchedulerOptions Limits => new()
    {
        RunningSequencesMax = RunningMax,
        WaitingSequencesMax = options.WaitingMax,
        StepTokensMax = fleet.StepTokensMax,
        Order = options.QueueOrder,
    };

    public IWorkerEngine? Find(string workerId) => _hosts.GetValueOrDefault(workerId);

    public WorkerAnnouncement[] Announce(string model) =>
        [.. _workerFeeds.Where(it => !_hosts[it.Key].HasStopped).Select(it => it.Value.Announcement).Where(it => it.Registration.Model == model)];

    /// <remarks>1. Rates, measured once for equal workers. 2. Register, then serve. 3. Drain when the program stops, while the gateway still answers.</remarks>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        fleet.Noted += note => LogNote(_logger, note);
        foreach (string note in fleet.Notes)
        {
            LogNote(_logger, note);
        }

        if (!silo.IsWorker)
        {
            return;
        }

        for (int index = 0; index < fleet.Passes.Count; index++)
        {
            if (!_rates.ContainsKey(fleet.Hardware(index)))
            {
                _rates[fleet.Hardware(index)] = RatesProbe.Measure(fleet.Passes[index], clock);
                LogRates(_logger, _rates[fleet.Hardware(index)]);
            }
        }

        IGrainFactory grains = services.GetRequiredService<IGrainFactory>();
        for (int index = 0; index < fleet.Passes.Count; index++)
        {
            string id = GrainKeys.Worker(served.Name, fleet.Kind, index, silo.Name);
            long epoch = await EpochAsync(grains.GetGrain<ISchedulerGrain>(served.Name), id);
            var feed = new WorkerFeed(grains, Registration(id, epoch, index), clock, _logger);
            EngineHost host = new(MakeCore(id, epoch, fleet.Passes[index]), feed, clock, _logger);
            _hosts[id] = host;
            _workerFeeds[id] = feed;
            await RegisterAsync(feed, id);
            host.Start();
            _feeds.Add(Task.Run(() => feed.RunAsync(host, _stop.Token), CancellationToken.None));
        }

        lifetime.ApplicationStopping.Register(() => _ = DrainAsync());
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Before anything of the program stops: the workers leave, and what runs on them gets the time to end.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await DrainAsync().WaitAsync(TimeLeft(), clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_hosts.Values.Select(host => host.IdleAsync()))
            .WaitAsync(TimeLeft(), clock, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <remarks>All stop at once, so that no request moves to one that is about to stop.</remarks>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (EngineHost host in _hosts.Values)
        {
            host.Stop();
        }

        foreach (EngineHost host in _hosts.Values)
        {
            host.Dispose();
        }

        await Task.WhenAll([DrainAsync(), .. _feeds]).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stop.CancelAsync();
        fleet.Dispose();
    }

    /// <summary>All that leave tell so before any passes requests on, so that none goes to another that leaves.</summary>
    private Task DrainAsync()
    {
        lock (_drainGate)
        {
            if (_drained is null)
            {
                _drainBegun = clock.GetTimestamp();
                _drained = LeaveAsync();
            }

            return _drained;
        }

        async Task LeaveAsync()
        {
            await Task.WhenAll(_workerFeeds.Values.Select(feed => feed.DrainAsync()));
            await Task.WhenAll(_workerFeeds.Select(feed => feed.Value.HandOverAsync(_hosts[feed.Key])));
        }
    }

    private TimeSpan TimeLeft()
    {
        TimeSpan left = TimeSpan.FromSeconds(options.DrainSeconds) - clock.GetElapsedTime(_drainBegun);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>
    /// Later than any that the scheduler knows, even if the clock was set back. One that cannot be reached now may know a later one; it forgets that when
    /// the lease ends, which nothing renews.
    /// </summary>
    private async Task<long> EpochAsync(ISchedulerGrain scheduler, string worker)
    {
        long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        try
        {
            return Math.Max(now, (await scheduler.StandingAsync(worker)).Epoch + 1);
        }
        catch (Exception exception) when (HostFailures.MayPass(exception))
        {
            return now;
        }
    }

    /// <summary>A scheduler that cannot be reached now learns of the worker by its first sign of life.</summary>
    private async Task RegisterAsync(WorkerFeed feed, string worker)
    {
        try
        {
            await feed.RegisterAsync();
        }
        catch (Exception exception) when (HostFailures.MayPass(exception))
        {
            LogUnregistered(_logger, exception, worker);
        }
    }

    private EngineCore MakeCore(string id, long epoch, IForwardPass pass)
    {
        var pool = new PagePool(pass.PageCount);
        var cache = new PrefixCache(pool, options.PageTokens);
        var scheduler = new LocalScheduler(Limits, cache, pool, pass);
        return new EngineCore(id, epoch, scheduler, cache, new SamplerFactory(served.Tokenizer, served.Config.EosTokenIds), clock);
    }

    private WorkerRegistration Registration(string id, long epoch, int index)
    {
        WorkerRates rates = _rates[fleet.Hardware(index)];
        return new WorkerRegistration
        {
            WorkerId = id,
            Model = served.Name,
            Kind = fleet.Kind,
            Epoch = epoch,
            Alpha = rates.Alpha,
            Beta = rates.Beta,
            T0 = rates.T0,
            Gamma = rates.Gamma,
            Delta = rates.Delta,
            StepTokensMax = fleet.StepTokensMax,
            KvTokens = fleet.Passes[index].PageCount * options.PageTokens,
            PageTokens = options.PageTokens,
            RunningMax = RunningMax,
            WaitingMax = options.WaitingMax,
            PriorityGroups = Limits.GroupsInOrder,
        };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The scheduler could not be told of worker {Worker} yet.")]
    private static partial void LogUnregistered(ILogger logger, Exception exception, string worker);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Note}")]
    private static partial void LogNote(ILogger logger, string note);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Rates of a worker: {Rates}.")]
    private static partial void LogRates(ILogger logger, WorkerRates rates);
}
