using Microsoft.Extensions.DependencyInjection;
using Preble.Benchmarks.Hosts;
using Preble.Core.Placement;
using Preble.Grains;
using Preble.Grains.Interfaces;

namespace Preble.Benchmarks.Serving;

/// <summary>The grains that serve, over engines that compute nothing, on the host that this was built for.</summary>
internal sealed class ServingCluster : IAsyncDisposable
{
    public const string Model = "bench";
    public const int PageTokens = 16;

    /// <summary>The engines give no signs of life, and need none.</summary>
    private const double LeaseSeconds = 3600;

    private readonly Dictionary<string, TokenEngine> _engines = [];
    private BenchmarkHost? _host;

    private ServingCluster()
    {
    }

    /// <summary>All workers. [silos * workers of each]</summary>
    public IReadOnlyCollection<string> Workers => _engines.Keys;

    public IReadOnlyDictionary<string, TokenEngine> Engines => _engines;

    public BenchmarkHost Host => _host!;

    /// <summary>Calls from within the first silo, as a gateway does.</summary>
    public IGrainFactory Grains => Host.Silos[0].Grains;

    public ISchedulerGrain Scheduler => Grains.GetGrain<ISchedulerGrain>(Model);

    public IPrefixTreeGrain Tree => Grains.GetGrain<IPrefixTreeGrain>(Model);

    /// <param name="silos">How many.</param>
    /// <param name="workersEach">Workers in each of them.</param>
    /// <param name="policy">The placement policy.</param>
    /// <param name="pagesMax">Pages that the tree remembers.</param>
    /// <param name="configure">Changes the services of each silo.</param>
    public static async Task<ServingCluster> StartAsync(
        int silos, int workersEach, string policy, int pagesMax = 1_000_000, Action<IServiceCollection>? configure = null)
    {
        var cluster = new ServingCluster();
        cluster._host = await BenchmarkHost.StartAsync(silos, (silo, services) =>
        {
            string[] ids = [.. Enumerable.Range(0, workersEach).Select(index => GrainKeys.Worker(Model, "simulated", index, silo))];
            var engines = new SiloEngines(ids.ToDictionary(id => id, id => new TokenEngine(id)));
            foreach ((string id, TokenEngine engine) in engines.ById) cluster._engines.Add(id, engine);
            services
                .AddSingleton(TimeProvider.System)
                .AddSingleton<IWorkerEngines>(engines)
                .AddSingleton(new PrefixTreeOptions { PageTokens = PageTokens, PagesMax = pagesMax })
                .AddSingleton(new SchedulerSettings { Policy = policy, PageTokens = PageTokens, LeaseSeconds = LeaseSeconds });
            configure?.Invoke(services);
        });
        foreach (string id in cluster.Workers)
        {
            await cluster.Scheduler.RegisterWorkerAsync(Registration(id));
        }

        return cluster;
    }

    /// <summary>A worker as fast as one that serves Mistral 7B on an A6000, with queues that are never full.</summary>
    public static WorkerRegistration Registration(string id) => new()
    {
        WorkerId = id,
        Model = Model,
        Kind = "simulated",
        Epoch = 1,
        Alpha = 66.7e-6,
        Beta = 1.92e-9,
        T0 = 0.010,
        Gamma = 30e-6,
        Delta = 6.5e-8,
        StepTokensMax = 2048,
        KvTokens = 400_000,
        PageTokens = PageTokens,
        RunningMax = 256,
        WaitingMax = 1_000_000,
    };

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private sealed record SiloEngines(Dictionary<string, TokenEngine> ById) : IWorkerEngines
    {
        public IWorkerEngine? Find(string workerId) => ById.GetValueOrDefault(workerId);

        public WorkerAnnouncement[] Announce(string model) => model == Model
            ? [.. ById.Keys.Select(id => new WorkerAnnouncement { Registration = Registration(id), Draining = false })]
            : [];
    }
}
