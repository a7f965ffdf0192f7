using System.Diagnostics;
using System.Globalization;
using Preble.Benchmarks.Hosts;
using Preble.Grains.Interfaces;

namespace Preble.Benchmarks.Serving;

/// <summary>What it adds that a worker or the scheduler is in another silo: the same calls and streams within one silo and between two.</summary>
internal sealed class RemoteSiloBenchmark
{
    /// <summary>Time between two tokens: by then the stream waits for the next one.</summary>
    private static readonly TimeSpan TokenPeriod = TimeSpan.FromMilliseconds(2);

    private readonly ServingCluster _cluster;
    private readonly ToolPrompts _prompts;
    private int _next;

    private RemoteSiloBenchmark(ServingCluster cluster, ToolPrompts prompts)
    {
        _cluster = cluster;
        _prompts = prompts;
    }

    public static async Task RunAsync(TextWriter output, bool quick)
    {
        if (BenchmarkHost.SilosMax < 2)
        {
            await output.WriteLineAsync($"silos: the {BenchmarkHost.Name} host has one, nothing is remote");
            return;
        }

        var prompts = new ToolPrompts(quick ? 20 : 1_000);
        await using ServingCluster cluster = await ServingCluster.StartAsync(2, 1, "marginal-cost");
        var benchmark = new RemoteSiloBenchmark(cluster, prompts);
        await output.WriteLineAsync("silos, two in one process over loopback sockets, one call or stream at a time");

        TimeSpan duration = TimeSpan.FromMilliseconds(quick ? 20 : 1000);
        int scheduler = await cluster.Host.SiloOfAsync(cluster.Scheduler);
        string[] columns = ["p50 {0} us", "p99 {0} us"];
        var rounds = new Rounds(output, quick ? 1 : 5);
        foreach ((string where, int from) in new[] { ("local", 0), ("remote", 1) })
        {
            IGrainFactory beside = cluster.Host.Silos[(scheduler + from) % 2].Grains;
            rounds.Add($"{where} call, empty answer", columns, () => AnnounceAsync(cluster.Host.Silos[0].Grains, cluster.Host.Silos[from].Name, duration));
            rounds.Add($"{where} placement", columns, () => benchmark.PlaceAsync(beside, duration));
            rounds.Add($"{where} stream, a token every {TokenPeriod.TotalMilliseconds} ms", columns, () => benchmark.PacedAsync(from, duration));
            rounds.Add($"{where} stream, tokens at once", ["{0} tokens/s"], () => benchmark.StreamAsync(from, duration));
        }

        await rounds.RunAsync();
    }

    private static async Task<double[]> AnnounceAsync(IGrainFactory grains, string silo, TimeSpan duration)
    {
        IWorkerHostGrain grain = grains.GetGrain<IWorkerHostGrain>(GrainKeys.WorkerHost(silo));
        return await LatenciesAsync(duration, () => grain.AnnounceAsync("none"));
    }

    private static async Task<double[]> LatenciesAsync(TimeSpan duration, Func<Task> call)
    {
        var samples = new List<double>();
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            long began = Stopwatch.GetTimestamp();
            await call();
            samples.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
        }

        return [Rounds.Percentile(samples, 0.5), Rounds.Percentile(samples, 0.99)];
    }

    private Task<double[]> PlaceAsync(IGrainFactory grains, TimeSpan duration)
    {
        ISchedulerGrain scheduler = grains.GetGrain<ISchedulerGrain>(ServingCluster.Model);
        return LatenciesAsync(duration, () =>
        {
            int index = _next++;
            return scheduler.PlaceAsync(_prompts.Placement(index, index.ToString(CultureInfo.InvariantCulture)));
        });
    }

    /// <summary>From the first silo to its own worker or the other's: from a token's making to its arrival.</summary>
    private async Task<double[]> PacedAsync(int silo, TimeSpan duration)
    {
        (TokenEngine engine, IWorkerGrain worker) = WorkerOf(silo);
        using var made = new SemaphoreSlim(0);
        using var timer = new PeriodicTimer(TokenPeriod);
        engine.Gate = () => made.WaitAsync();
        int tokens = Math.Max(2, (int)(duration / TokenPeriod));
        var samples = new List<double>();
        await using (IAsyncEnumerator<GenerationEvent> stream = worker.GenerateAsync(_prompts.Request(_next++, "paced", tokens), default).GetAsyncEnumerator())
        {
            for (int token = 0; token < tokens; token++)
            {
                ValueTask<bool> next = stream.MoveNextAsync();
                await timer.WaitForNextTickAsync();
                made.Release();
                await next;
                samples.Add(Stopwatch.GetElapsedTime(engine.ProducedAt).TotalMicroseconds);
            }
        }

        engine.Gate = null;
        return [Rounds.Percentile(samples, 0.5), Rounds.Percentile(samples, 0.99)];
    }

    private async Task<double[]> StreamAsync(int silo, TimeSpan duration)
    {
        (_, IWorkerGrain worker) = WorkerOf(silo);
        long count = 0;
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            await foreach (GenerationEvent item in worker.GenerateAsync(_prompts.Request(_next++, "stream", 1000), default)) count += item.Tokens.Length;
        }

        return [count / Stopwatch.GetElapsedTime(start).TotalSeconds];
    }

    private (TokenEngine Engine, IWorkerGrain Worker) WorkerOf(int silo)
    {
        string id = _cluster.Workers.Single(id => GrainKeys.SiloOf(id) == _cluster.Host.Silos[silo].Name);
        return (_cluster.Engines[id], _cluster.Grains.GetGrain<IWorkerGrain>(id));
    }
}
