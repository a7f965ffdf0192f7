using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Preble.Benchmarks.Hosts;
using Preble.Grains;
using Preble.Grains.Interfaces;

namespace Preble.Benchmarks.Serving;

/// <summary>What it costs that a gateway has another one remember its requests: the same requests with and without, in turns, with few workers to explain and with many.</summary>
internal sealed class RecordsBenchmark
{
    private const int Tokens = 8;
    private const int Callers = 64;
    private readonly ServingCluster _cluster;
    private readonly ToolPrompts _prompts;
    private readonly string _gateway;
    private readonly GatewaysSwitch _switch;
    private int _next;

    private RecordsBenchmark(ServingCluster cluster, ToolPrompts prompts, GatewaysSwitch gateways)
    {
        (_cluster, _prompts, _switch) = (cluster, prompts, gateways);
        _gateway = cluster.Host.Silos[0].Name;
    }

    public static async Task RunAsync(TextWriter output, bool quick)
    {
        if (BenchmarkHost.SilosMax < 2)
        {
            await output.WriteLineAsync($"records: the {BenchmarkHost.Name} host has one gateway, nothing is sent");
            return;
        }

        foreach (int workers in new[] { 4, 64 })
        {
            var prompts = new ToolPrompts(quick ? 20 : 1_000);
            var gateways = new GatewaysSwitch();
            await using ServingCluster cluster = await ServingCluster.StartAsync(2, workers / 2, "marginal-cost", configure: services =>
            {
                ServiceDescriptor real = services.Last(it => it.ServiceType == typeof(ISilos));
                services.AddSingleton<ISilos>(provider => new SwitchedSilos((ISilos)real.ImplementationFactory!(provider), gateways));
            });
            var benchmark = new RecordsBenchmark(cluster, prompts, gateways);
            await output.WriteLineAsync(FormattableString.Invariant($"records of requests between two gateways, {workers} workers, answers of {Tokens} tokens, {Callers} at a time"));

            TimeSpan duration = TimeSpan.FromMilliseconds(quick ? 20 : 2000);
            string[] columns = ["{0}/s", "first token p50 {0} us", "last token p50 {0} us", "{0} B allocated each"];
            var rounds = new Rounds(output, quick ? 1 : 7);
            rounds.Add("nothing remembered elsewhere", columns, () => benchmark.MeasureAsync(false, duration));
            rounds.Add("remembered by the other gateway", columns, () => benchmark.MeasureAsync(true, duration));
            await rounds.RunAsync();
        }
    }

    private async Task<double[]> MeasureAsync(bool remembered, TimeSpan duration)
    {
        _switch.IsOn = remembered;
        CallerLoad load = await CallerLoad.RunAsync(Callers, duration, () =>
        {
            int index = Interlocked.Increment(ref _next);
            GenerateRequest request = _prompts.Request(index, GrainKeys.Request(index.ToString(CultureInfo.InvariantCulture), _gateway), Tokens);
            return _cluster.Grains.GetGrain<IRequestGrain>(request.RequestId).RunAsync(request, CancellationToken.None);
        });
        return
        [
            load.Lasts.Count / load.Seconds,
            Rounds.Percentile(load.Firsts, 0.5),
            Rounds.Percentile(load.Lasts, 0.5),
            (double)load.Bytes / load.Lasts.Count,
        ];
    }

    /// <summary>Whether silos say that there are other gateways.</summary>
    private sealed class GatewaysSwitch
    {
        public volatile bool IsOn;
    }

    private sealed class SwitchedSilos(ISilos silos, GatewaysSwitch gateways) : ISilos
    {
        public IReadOnlyList<string> WithWorkers => silos.WithWorkers;

        public IReadOnlyList<string> Gateways => gateways.IsOn ? silos.Gateways : [.. silos.Gateways.Take(1)];
    }
}
