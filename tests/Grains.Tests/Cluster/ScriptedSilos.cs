using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Preble.Core.Placement;
using Preble.Grains.Interfaces;
using Preble.Grains.Tests.Hosting;

namespace Preble.Grains.Tests.Cluster;

/// <summary>The real grains over scripted engines on as many silos as the host can have, up to three. Workers are known by the silos' own word.</summary>
internal sealed class ScriptedSilos : IAsyncDisposable
{
    private const int PageTokens = 16;
    private readonly ConcurrentDictionary<string, ScriptedEngine> _engines = new();
    private GrainHost? _host;

    private ScriptedSilos()
    {
    }

    public GrainHost Host => _host!;

    /// <summary>By worker id.</summary>
    public IReadOnlyDictionary<string, ScriptedEngine> Engines => _engines;

    /// <summary>Workers of silos that live.</summary>
    public IReadOnlyList<string> Workers => [.. _engines.Keys.Where(id => Host.Silos.Contains(GrainKeys.SiloOf(id))).Order(StringComparer.Ordinal)];

    /// <param name="workers">Workers of each silo; on a host of one silo it has all of them.</param>
    public static async Task<ScriptedSilos> StartAsync(params int[] workers)
    {
        var cluster = new ScriptedSilos();
        int[] counts = GrainHost.SilosMax >= workers.Length ? workers : [workers.Sum()];
        cluster._host = await GrainHost.StartAsync(Array.ConvertAll(counts, count => count > 0), (silo, services) =>
        {
            int count = silo.Length == 0 ? counts[0] : counts[silo[0] - 'a'];
            string[] ids = [.. Enumerable.Range(0, count).Select(index => GrainKeys.Worker(ScriptedCluster.Model, "scripted", index, silo))];
            foreach (string id in ids)
            {
                cluster._engines[id] = new ScriptedEngine(id);
            }

            services
                .AddSingleton(TimeProvider.System)
                .AddSingleton<IWorkerEngines>(new SiloEngines(ids.ToDictionary(id => id, id => cluster._engines[id])))
                .AddSingleton(new PrefixTreeOptions { PageTokens = PageTokens })
                .AddSingleton(new SchedulerSettings { Policy = "marginal-cost", PageTokens = PageTokens, PatienceSeconds = 15, LeaseSeconds = 60 });
        });
        return cluster;
    }

    public ISchedulerGrain Scheduler(string from) => Host.From(from).GetGrain<ISchedulerGrain>(ScriptedCluster.Model);

    public IPrefixTreeGrain Tree(string from) => Host.From(from).GetGrain<IPrefixTreeGrain>(ScriptedCluster.Model);

    /// <summary>Runs a request from within a silo, as its gateway does.</summary>
    public async Task<List<GenerationEvent>> RunToEndAsync(string from, GenerateRequest request)
    {
        var events = new List<GenerationEvent>();
        await foreach (GenerationEvent item in Host.From(from).GetGrain<IRequestGrain>(request.RequestId).RunAsync(request, CancellationToken.None))
        {
            events.Add(item);
        }

        return events;
    }

    /// <summary>Whether the tree's view is that of the workers: of all that one of them holds, and of some prompts, it knows as much of each as that has.</summary>
    public async Task<bool> TreeAgreesAsync(string from, params int[][] prompts)
    {
        IPrefixTreeGrain tree = Tree(from);
        if ((await tree.StatusAsync()).Workers != Workers.Count)
        {
            return false;
        }

        foreach (ulong[] path in _engines.Values.SelectMany(engine => engine.Cache).Concat(prompts.Select(ScriptedCluster.Keys)))
        {
            MatchReply match = await tree.MatchAsync(new MatchRequest { PageKeys = path, PromptTokens = path.Length * PageTokens, WithEvictionCost = false, WithPath = false });
            var resident = match.Workers.Where(worker => worker.ResidentPages > 0).ToDictionary(worker => worker.WorkerId, worker => worker.ResidentPages);
            var held = Workers.ToDictionary(id => id, id => _engines[id].Cache.Max(cached => SamePages(cached, path))).Where(worker => worker.Value > 0);
            if (!resident.OrderBy(worker => worker.Key, StringComparer.Ordinal).SequenceEqual(held))
            {
                return false;
            }
        }

        return true;
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private static int SamePages(ulong[] cached, ulong[] path) => cached.Zip(path).TakeWhile(pair => pair.First == pair.Second).Count();

    private sealed record SiloEngines(Dictionary<string, ScriptedEngine> ById) : IWorkerEngines
    {
        public IWorkerEngine? Find(string workerId) => ById.GetValueOrDefault(workerId);

        public WorkerAnnouncement[] Announce(string model) => model == ScriptedCluster.Model
            ? [.. ById.Keys.Select(id => new WorkerAnnouncement { Registration = ScriptedCluster.Registration(id), Draining = false })]
            : [];
    }
}
