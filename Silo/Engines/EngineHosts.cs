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

/// <summary>The CPU workers of this silo: makes them at the start, registers them, and ends them with the host.</summary>
internal sealed partial class EngineHosts(
    PrebleOptions options, SiloIdentity silo, ServedModel served, CpuModel model, IServiceProvider services, IHostApplicationLifetime lifetime, TimeProvider clock, ILoggerFactory logs)
    : IHostedService, IWorkerEngines
{
    private readonly Dictionary<string, EngineHost> _hosts = [];
    private readonly List<CpuForwardPass> _passes = [];
    private readonly ConcurrentDictionary<string, WorkerFeed> _workerFeeds = new();
    private readonly List<Task> _feeds = [];
    private Task _drained = Task.CompletedTask;
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _logger = logs.CreateLogger<EngineHosts>();
    private readonly EngineSizes _sizes = EngineSizes.Of(options, model);
    private WorkerRates _rates;

    /// <summary>For the banner: the workers in a line.</summary>
    public string Summary => !silo.IsWorker ? "none here; those of other silos serve" : string.Create(
        CultureInfo.InvariantCulture,
        $"{options.Workers} cpu ({model.KernelSet}, {_sizes.Threads} thread{(_sizes.Threads == 1 ? "" : "s")} and "
        + $"{_sizes.KvTokens:N0} tokens of cache each, prefill {1 / _rates.Alpha:N0} tokens/s)");

    /// <summary>For the banner: the model in a line.</summary>
    public string ModelSummary => string.Create(
        CultureInfo.InvariantCulture, $"{served.Config.ModelType}, {model.WeightBytes / 1e6:N1} MB of weights, context {served.ContextTokensMax:N0} tokens");

    public IWorkerEngine? Find(string workerId) => _hosts.GetValueOrDefault(workerId);

    public WorkerAnnouncement[] Announce(string model) => [.. _workerFeeds.Values.Select(feed => feed.Announcement).Where(it => it.Registration.Model == model)];

    /// <remarks>1. Memory and threads of every worker. 2. Rates, measured on one of them: they are equal. 3. Register, then serve. 4. Drain when the
    /// program stops, while the gateway still answers.</remarks>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!silo.IsWorker)
        {
            return;
        }

        for (int index = 0; index < options.Workers; index++)
        {
            _passes.Add(new CpuForwardPass(model, _sizes.KvTokens / options.PageTokens, options.PageTokens, _sizes.Threads));
        }

        _rates = RatesProbe.Measure(_passes[0], clock);
        LogRates(_logger, _rates);
        IGrainFactory grains = services.GetRequiredService<IGrainFactory>();
        var feeds = new List<WorkerFeed>();
        long epoch = clock.GetUtcNow().ToUnixTimeMilliseconds();
        for (int index = 0; index < options.Workers; index++)
        {
            string id = GrainKeys.Worker(served.Name, "cpu", index, silo.Name);
            var feed = new WorkerFeed(grains, Registration(id, epoch), clock, _logger);
            EngineHost host = new(MakeCore(id, epoch, _passes[index]), feed, clock, _logger);
            _hosts.Add(id, host);
            _workerFeeds[id] = feed;
            await feed.RegisterAsync();
            host.Start();
            feeds.Add(feed);
            _feeds.Add(Task.Run(() => feed.RunAsync(host, _stop.Token), CancellationToken.None));
        }

        lifetime.ApplicationStopping.Register(() => _drained = Task.WhenAll(feeds.Select(feed => feed.DrainAsync())));
    }

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

        await Task.WhenAll([_drained, .. _feeds]).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stop.CancelAsync();
        _passes.ForEach(pass => pass.Dispose());
    }

    private EngineCore MakeCore(string id, long epoch, CpuForwardPass pass)
    {
        var pool = new PagePool(pass.PageCount);
        var cache = new PrefixCache(pool, options.PageTokens);
        var scheduler = new LocalScheduler(
            new LocalSchedulerOptions
            {
                RunningSequencesMax = _sizes.RunningMax,
                WaitingSequencesMax = options.WaitingMax,
                StepTokensMax = options.StepTokensMax,
                Order = options.QueueOrder,
            },
            cache,
            pool,
            pass);
        return new EngineCore(id, epoch, scheduler, cache, new SamplerFactory(served.Tokenizer, served.Config.EosTokenIds), clock);
    }

    private WorkerRegistration Registration(string id, long epoch) => new()
    {
        WorkerId = id,
        Model = served.Name,
        Kind = "cpu",
        Epoch = epoch,
        Alpha = _rates.Alpha,
        Beta = _rates.Beta,
        T0 = _rates.T0,
        Gamma = _rates.Gamma,
        Delta = _rates.Delta,
        StepTokensMax = options.StepTokensMax,
        KvTokens = _sizes.KvTokens,
        PageTokens = options.PageTokens,
        RunningMax = _sizes.RunningMax,
        WaitingMax = options.WaitingMax,
    };

    [LoggerMessage(Level = LogLevel.Debug, Message = "Rates of a worker: {Rates}.")]
    private static partial void LogRates(ILogger logger, WorkerRates rates);
}
