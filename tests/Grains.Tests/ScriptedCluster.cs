using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Preble.Core;
using Preble.Core.Placement;
using Preble.Grains.Interfaces;
using Preble.Grains.Tests.Hosting;

namespace Preble.Grains.Tests;

/// <summary>The real grains over scripted engines.</summary>
internal sealed class ScriptedCluster : IAsyncDisposable, IWorkerEngines, ISilos
{
    public const string Model = "scripted";
    private const int PageTokens = 16;
    private readonly Dictionary<string, ScriptedEngine> _engines;
    private readonly ConcurrentDictionary<string, WorkerAnnouncement> _announced = new();
    private GrainHost? _host;

    private ScriptedCluster(int workers) =>
        _engines = Enumerable.Range(0, workers).Select(index => $"w{index}").ToDictionary(id => id, id => new ScriptedEngine(id));

    public IReadOnlyDictionary<string, ScriptedEngine> Engines => _engines;

    public GrainHost Host => _host!;

    public IGrainFactory Grains => Host.Grains;

    public ISchedulerGrain Scheduler => Grains.GetGrain<ISchedulerGrain>(Model);

    public IPrefixTreeGrain Tree => Grains.GetGrain<IPrefixTreeGrain>(Model);

    /// <summary>What a scheduler or a tree that begins anew is told of the workers.</summary>
    public IDictionary<string, WorkerAnnouncement> Announced => _announced;

    /// <summary>Closed, it holds up a scheduler or a tree that begins anew, in its first turn.</summary>
    public ManualResetEventSlim Beginnings { get; } = new(true);

    /// <summary>One silo, which is alone.</summary>
    public IReadOnlyList<string> WithWorkers
    {
        get
        {
            Beginnings.Wait();
            return field;
        }

        private set;
    } = [""];

    public IReadOnlyList<string> Gateways { get; set; } = [""];

    /// <summary>Starts it with all workers registered. Their leases do not end unless a test gives them a length.</summary>
    /// <param name="workers">How many.</param>
    /// <param name="policy">The placement policy.</param>
    /// <param name="waitingMax">Sequences that may wait at a worker.</param>
    /// <param name="patienceSeconds">For which a request waits for a worker.</param>
    /// <param name="leaseSeconds">For which a worker that says nothing is known.</param>
    /// <param name="silos">Which are said to have workers; this one alone if not given.</param>
    public static async Task<ScriptedCluster> StartAsync(
        int workers, string policy = "marginal-cost", int waitingMax = 64, double patienceSeconds = 0, double leaseSeconds = 3600, string[]? silos = null)
    {
        var cluster = new ScriptedCluster(workers) { WithWorkers = silos ?? [""] };
        cluster._host = await GrainHost.StartAsync(services => services
            .AddSingleton(TimeProvider.System)
            .AddSingleton<IWorkerEngines>(cluster)
            .AddSingleton<ISilos>(cluster)
            .AddSingleton(new PrefixTreeOptions { PageTokens = PageTokens })
            .AddSingleton(new SchedulerSettings { Policy = policy, PageTokens = PageTokens, PatienceSeconds = patienceSeconds, LeaseSeconds = leaseSeconds }));

        // A scheduler does not wait for a tree that is slow to begin, which then would not hear of them.
        await cluster.Tree.StatusAsync();
        foreach (string id in cluster._engines.Keys)
        {
            WorkerRegistration registration = Registration(id, waitingMax: waitingMax);
            await cluster.Scheduler.RegisterWorkerAsync(registration);
            cluster._announced[id] = new WorkerAnnouncement { Registration = registration, Draining = false };
        }

        return cluster;
    }

    public static WorkerRegistration Registration(string id, long epoch = 1, int waitingMax = 64) => new()
    {
        WorkerId = id,
        Model = Model,
        Kind = "simulated",
        Epoch = epoch,
        Alpha = 1e-4,
        Beta = 1e-9,
        T0 = 1e-2,
        Gamma = 1e-4,
        Delta = 1e-7,
        StepTokensMax = 512,
        KvTokens = 100_000,
        PageTokens = PageTokens,
        RunningMax = 4,
        WaitingMax = waitingMax,
    };

    public static GenerateRequest Request(string id, int[] prompt, int maxTokens = 8, int choices = 1) => new()
    {
        RequestId = id,
        Model = Model,
        PromptTokens = prompt,
        PageKeySeed = 1,
        PageKeys = Keys(prompt),
        Choices = choices,
        Sampling = SamplingOptions.Greedy(maxTokens),
    };

    public static ulong[] Keys(int[] prompt) => [.. PageKeys.Compute(1, prompt, PageTokens).Select(key => key.Value)];

    public static int[] Prompt(int seed, int length)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(1000))];
    }

    public IAsyncEnumerable<GenerationEvent> Run(GenerateRequest request, CancellationToken cancellationToken = default) =>
        Grains.GetGrain<IRequestGrain>(request.RequestId).RunAsync(request, cancellationToken);

    public async Task<List<GenerationEvent>> RunToEndAsync(GenerateRequest request)
    {
        var events = new List<GenerationEvent>();
        await foreach (GenerationEvent item in Run(request))
        {
            events.Add(item);
        }

        return events;
    }

    public Task<RequestDescription?> DescribeAsync(string id) => Grains.GetGrain<IRequestGrain>(id).DescribeAsync();

    public IWorkerEngine? Find(string workerId) => _engines.GetValueOrDefault(workerId);

    public WorkerAnnouncement[] Announce(string model) => [.. _announced.Values.Where(worker => worker.Registration.Model == model)];

    public ValueTask DisposeAsync() => _host!.DisposeAsync();
}
