using Preble.Grains.Interfaces;

namespace Preble.Benchmarks.Serving;

/// <summary>Memory that requests take while they run, each with a stream that waits for its next token, and while they are remembered after that.</summary>
internal static class LiveRequestBenchmark
{
    /// <summary>Workers, so many that no grain has more streams than a host lets it have.</summary>
    private const int Workers = 32;

    /// <summary>Each is scheduled by itself, as a scheduler takes some ten thousand requests at a time.</summary>
    private static readonly string[] Models = [ServingCluster.Model, "second"];

    /// <summary>Requests on their way to an engine.</summary>
    private const int OpeningMax = 256;

    public static async Task RunAsync(TextWriter output, int count)
    {
        var prompts = new ToolPrompts(1);
        await output.WriteLineAsync(FormattableString.Invariant($"memory of {count:N0} requests, each with a prompt of its own of {prompts.MeanTokens:N0} tokens, {Workers} workers"));
        await WriteAsync(output, "only placed: scheduler and tree", count, await PlacedAsync(prompts, count));
        (long running, long remembered) = await RunningAsync(prompts, count);
        await WriteAsync(output, "running: all grains, their streams and the scripted engines'", count, running);
        await WriteAsync(output, "ended and remembered", count, remembered);
    }

    private static async Task<long> PlacedAsync(ToolPrompts prompts, int count)
    {
        await using ServingCluster cluster = await StartAsync();
        long before = Memory();
        for (int index = 0; index < count; index++)
        {
            PlacementReply reply = await SchedulerOf(cluster, index).PlaceAsync(prompts.Placement(0, $"request-{index}"));
            if (reply.Refusal is not null) throw new InvalidOperationException(reply.Message);
        }

        return Memory() - before;
    }

    private static async Task<(long Running, long Remembered)> RunningAsync(ToolPrompts prompts, int count)
    {
        await using ServingCluster cluster = await StartAsync();
        var token = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var failed = new TaskCompletionSource<Task<int>>();
        using var opening = new SemaphoreSlim(OpeningMax);
        using var arrived = new SemaphoreSlim(0);
        foreach (TokenEngine engine in cluster.Engines.Values)
        {
            engine.Gate = () => token.Task;
            engine.Arrived = () =>
            {
                opening.Release();
                arrived.Release();
            };
        }

        long before = Memory();
        var runs = new List<Task<int>>(count);
        for (int index = 0; index < count; index++)
        {
            await Task.WhenAny(opening.WaitAsync(), failed.Task);
            Task<int> run = RunAsync(cluster.Grains, Own(prompts.Request(0, $"request-{index}", 1)) with { Model = Models[index % Models.Length] });
            runs.Add(run);
            _ = run.ContinueWith(it => failed.TrySetResult(it), TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously);
            if (failed.Task.IsCompleted) await await failed.Task;
        }

        for (int index = 0; index < count; index++)
        {
            Task one = arrived.WaitAsync();
            if (await Task.WhenAny(one, failed.Task) != one) await await failed.Task;
        }

        long running = Memory() - before;
        token.SetResult();
        if ((await Task.WhenAll(runs)).Any(tokens => tokens != 1)) throw new InvalidOperationException("A request ended without its token.");
        runs = null;
        return (running, Memory() - before);
    }

    /// <summary>As a gateway makes it: what one request holds of its prompt no other does.</summary>
    private static GenerateRequest Own(GenerateRequest request) => request with { PromptTokens = [.. request.PromptTokens], PageKeys = [.. request.PageKeys] };

    private static async Task<ServingCluster> StartAsync()
    {
        ServingCluster cluster = await ServingCluster.StartAsync(1, Workers, "round-robin");
        for (int model = 0; model < Models.Length; model++)
        {
            foreach (string worker in cluster.Workers) await SchedulerOf(cluster, model).RegisterWorkerAsync(ServingCluster.Registration(worker));
        }

        return cluster;
    }

    private static ISchedulerGrain SchedulerOf(ServingCluster cluster, int request) => cluster.Grains.GetGrain<ISchedulerGrain>(Models[request % Models.Length]);

    private static async Task<int> RunAsync(IGrainFactory grains, GenerateRequest request)
    {
        int tokens = 0;
        await foreach (GenerationEvent item in grains.GetGrain<IRequestGrain>(request.RequestId).RunAsync(request, CancellationToken.None))
        {
            if (item.Failure is not null) throw new InvalidOperationException(item.Message);
            tokens += item.Tokens.Length;
        }

        return tokens;
    }

    /// <summary>After two collections, not as many as it takes to settle: with so much in memory calls would time out meanwhile.</summary>
    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return GC.GetTotalMemory(false);
    }

    private static Task WriteAsync(TextWriter output, string what, int count, long bytes) =>
        output.WriteLineAsync(FormattableString.Invariant($"  {what}: {(double)bytes / count:N0} B each, {bytes / 1e6:N0} MB"));
}
