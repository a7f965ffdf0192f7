using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Xunit.Abstractions;

namespace Preble.Cluster.Tests.Processes;

/// <summary>Silos that die while the list of silos is away.</summary>
[Collection(ProcessesCollection.Name)]
public sealed class RedisAwayTests(ITestOutputHelper output)
{
    private const string Answer = "Tavo lives in Pemor.";
    private const int Questions = 20;

    /// <summary>For the host to reach the list again, to see a death in it and to make what died anew.</summary>
    private static readonly TimeSpan RecoveryMax = TimeSpan.FromSeconds(90);

    /// <summary>With the default 5 s to drain; the host alone would try to reach the list for a minute and more.</summary>
    private static readonly TimeSpan LeavingMax = TimeSpan.FromSeconds(40);

    [SkippableFact]
    public async Task TheClusterServesWithoutADeadWorkerAndWithoutADeadSchedulerOnlyOnceTheListIsBack()
    {
        await using RunningCluster cluster = await RunningCluster.StartAsync(output);
        int scheduler = await cluster.SchedulerGatewayAsync();
        int other = 1 - scheduler;
        await cluster.RunAsync("stop", "redis");

        // A worker: its lease with the scheduler ends, whoever lists it.
        await cluster.RunAsync("kill", "worker-1");
        string[] answers = await Task.WhenAll(Enumerable.Range(0, Questions).Select(_ => cluster.AskAsync(other)));
        answers.Should().OnlyContain(answer => answer == Answer);
        await cluster.ShouldHaveWorkersAsync(other, "demo-cpu-0@worker-2");

        // The scheduler: nobody knows it dead, so that nobody takes its place. Clients are told to come again.
        await cluster.RunAsync("kill", $"gateway-{scheduler + 1}");
        (await StatusAsync(cluster, other)).Should().Be(HttpStatusCode.ServiceUnavailable);

        await cluster.RunAsync("start", "redis");
        long back = Stopwatch.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (await StatusAsync(cluster, other) != HttpStatusCode.OK)
        {
            await tick.WaitForNextTickAsync();
            Stopwatch.GetElapsedTime(back).Should().BeLessThan(RecoveryMax);
        }

        output.WriteLine($"Served again {Stopwatch.GetElapsedTime(back).TotalSeconds:N1} s after Redis was back.");
        (await cluster.AskAsync(other)).Should().Be(Answer);
        await cluster.RunAsync("start", "worker-1");
        await cluster.ShouldHaveWorkersAsync(other, "demo-cpu-0@worker-1", "demo-cpu-0@worker-2");
    }

    [SkippableFact]
    public async Task ASiloThatLeavesWhileTheListIsAwayEndsInItsTimeAndIsBackOnceTheListIs()
    {
        await using RunningCluster cluster = await RunningCluster.StartAsync(output);
        await cluster.RunAsync("stop", "redis");

        long told = Stopwatch.GetTimestamp();
        Task left = cluster.RunAsync("stop", "worker-1");
        while (!left.IsCompleted)
        {
            (await cluster.AskAsync(0)).Should().Be(Answer);
        }

        await left;
        TimeSpan took = Stopwatch.GetElapsedTime(told);
        output.WriteLine($"It ended {took.TotalSeconds:N1} s after it was told to.");
        took.Should().BeLessThan(LeavingMax);
        await cluster.ShouldHaveWorkersAsync(0, "demo-cpu-0@worker-2");

        await cluster.RunAsync("start", "redis");
        await cluster.RunAsync("start", "worker-1");
        await cluster.ShouldHaveWorkersAsync(0, "demo-cpu-0@worker-1", "demo-cpu-0@worker-2");
        (await cluster.AskAsync(1)).Should().Be(Answer);
    }

    /// <summary>Answers within the patience of a request; one that says to come again says when.</summary>
    private static async Task<HttpStatusCode> StatusAsync(RunningCluster cluster, int gateway)
    {
        using HttpResponseMessage response = await cluster.Http.PostAsJsonAsync($"{cluster.Url(gateway)}/v1/completions", new { model = "demo", prompt = "Tavo", max_tokens = 1 });
        (response.StatusCode == HttpStatusCode.ServiceUnavailable).Should().Be(response.Headers.RetryAfter is not null);
        return response.StatusCode;
    }
}
