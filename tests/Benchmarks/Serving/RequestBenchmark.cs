using Preble.Grains;
using Preble.Grains.Interfaces;

namespace Preble.Benchmarks.Serving;

/// <summary>
/// Whole requests through the request, scheduler, tree and worker grains over engines that answer at once: what Preble adds to the time that an engine takes.
/// </summary>
internal sealed class RequestBenchmark
{
    private const int Tokens = 32;
    private const int Callers = 64;
    private const int Workers = 4;
    private readonly ServingCluster _cluster;
    private readonly ToolPrompts _prompts;
    private int _next;

    private RequestBenchmark(ServingCluster cluster, ToolPrompts prompts)
    {
        _cluster = cluster;
        _prompts = prompts;
    }

    public static async Task RunAsync(TextWriter output, bool quick)
    {
        var prompts = new ToolPrompts(quick ? 20 : 4_000);
        await using ServingCluster cluster = await ServingCluster.StartAsync(1, Workers, "marginal-cost");
        var benchmark = new RequestBenchmark(cluster, prompts);
        await output.WriteLineAsync(FormattableString.Invariant($"requests, prompts of {prompts.MeanTokens:N0} tokens, answers of {Tokens}, {Workers} workers"));

        TimeSpan duration = TimeSpan.FromMilliseconds(quick ? 20 : 1000);
        string[] columns = ["{0}/s", "first token p50 {0} us", "p99 {0} us", "last token p50 {0} us", "p99 {0} us", "{0} B allocated each", "{0} % of the time collecting garbage"];
        var rounds = new Rounds(output, quick ? 1 : 5);
        rounds.Add("the engine alone, one after the other", columns, () => benchmark.MeasureAsync(1, duration, benchmark.FromEngine));
        rounds.Add("from within the silo, one after the other", columns, () => benchmark.MeasureAsync(1, duration, request => Through(cluster.Grains, request)));
        rounds.Add($"from within the silo, {Callers} at a time", columns, () => benchmark.MeasureAsync(Callers, duration, request => Through(cluster.Grains, request)));
        rounds.Add("from outside, one after the other", columns, () => benchmark.MeasureAsync(1, duration, request => Through(cluster.Host.Grains, request)));
        await rounds.RunAsync();
    }

    private static IAsyncEnumerable<GenerationEvent> Through(IGrainFactory grains, GenerateRequest request) =>
        grains.GetGrain<IRequestGrain>(request.RequestId).RunAsync(request, CancellationToken.None);

    private IAsyncEnumerable<GenerationEvent> FromEngine(GenerateRequest request) =>
        ((IWorkerEngine)_cluster.Engines.Values.First()).GenerateAsync(request, CancellationToken.None);

    private async Task<double[]> MeasureAsync(int callers, TimeSpan duration, Func<GenerateRequest, IAsyncEnumerable<GenerationEvent>> run)
    {
        TimeSpan pauses = GC.GetTotalPauseDuration();
        CallerLoad load = await CallerLoad.RunAsync(callers, duration, () =>
        {
            int index = Interlocked.Increment(ref _next);
            return run(_prompts.Request(index, $"request-{index}", Tokens));
        });
        return
        [
            load.Lasts.Count / load.Seconds,
            Rounds.Percentile(load.Firsts, 0.5), Rounds.Percentile(load.Firsts, 0.99),
            Rounds.Percentile(load.Lasts, 0.5), Rounds.Percentile(load.Lasts, 0.99),
            (double)load.Bytes / load.Lasts.Count,
            100 * (GC.GetTotalPauseDuration() - pauses).TotalSeconds / load.Seconds,
        ];
    }
}
