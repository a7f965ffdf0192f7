using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Xunit.Abstractions;

namespace Preble.Cluster.Tests.Processes;

/// <summary>Parts of a cluster of real processes die, leave and join while clients read: none of them sees anything of it but time.</summary>
[Collection(ProcessesCollection.Name)]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int Streams = 200;
    private const int Prompts = 40;
    private const int StreamsOfKills = 64;
    private static readonly TimeSpan RedisOutage = TimeSpan.FromSeconds(30);

    /// <summary>A worker of a user's has several; what they compute must be what one computes.</summary>
    private static readonly (string Name, string Value) Threads = ("Preble__ThreadsPerWorker", "2");
    private readonly List<Disturbance.Report> _reports = [];

    /// <summary>Deaths of the scheduler's silo; <c>PREBLE_CHAOS_KILLS=9</c> is the long form.</summary>
    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("PREBLE_CHAOS_KILLS") ?? "2", CultureInfo.InvariantCulture);

    [SkippableFact]
    public async Task NothingIsLostWhileSilosDieLeaveAndJoinAndRedisIsAway()
    {
        await using RunningCluster cluster = await RunningCluster.StartAsync(output, Threads, ("Preble__DrainSeconds", "20"));
        TextPrompt[] prompts = TextPrompt.Make(Prompts);
        string[] expected = await UninterruptedAsync(cluster, prompts);
        string[] gateways = [cluster.Url(0), cluster.Url(1)];

        // Clients of the gateway that dies are counted apart: they lose their connection, and what they have read was right.
        async Task<string> KillGatewayAsync(string what, int victim)
        {
            string lastId = "";
            await DisturbAsync(what, [gateways[1 - victim]], async load =>
            {
                lastId = (await ReadAsync(cluster, gateways[victim], prompts[0])).RequestId;
                JsonElement elsewhere = await cluster.GetAsync($"{gateways[1 - victim]}/v1/requests/{lastId}");
                elsewhere.GetProperty("state").GetString().Should().Be("completed", "any gateway answers for a request of another");
                Task<StreamedText>[] there = [.. prompts.Select(prompt => ReadAsync(cluster, gateways[victim], prompt))];
                long since = Stopwatch.GetTimestamp();
                await cluster.RunAsync("kill", $"gateway-{victim + 1}");
                load.Fault(since);
                StreamedText[] cut = await Task.WhenAll(there);
                cut.Should().OnlyContain(text => expected[text.Prompt.Number].StartsWith(text.Text, StringComparison.Ordinal));
                output.WriteLine($"{what}: of {cut.Length} streams of its own clients {cut.Count(text => text.Completed)} had ended before.");
            });
            return lastId;
        }

        async Task DisturbAsync(string what, string[] through, Func<Disturbance, Task> happens)
        {
            try
            {
                var load = new Disturbance(cluster, prompts, expected);
                Disturbance.Report report = await load.RunAsync(what, Streams, through, () => happens(load));
                Print(report);
                _reports.Add(report);
                if (report.ServerErrors + report.WrongText > 0)
                {
                    cluster.WriteLogs();
                }
            }
            catch (Exception)
            {
                cluster.WriteLogs();
                throw;
            }
        }

        await DisturbAsync("nothing, to compare", gateways, load =>
        {
            load.Fault(Stopwatch.GetTimestamp());
            return Task.CompletedTask;
        });
        await DisturbAsync("worker silo killed", gateways, async load =>
        {
            await load.UnderWayAtAsync("@worker-1");
            long since = Stopwatch.GetTimestamp();
            await cluster.RunAsync("kill", "worker-1");
            load.Fault(since, "@worker-1");
        });
        _reports[^1].Recovery!.Streams.Should().BePositive("a worker that dies strikes its streams");
        await cluster.RunAsync("start", "worker-1");

        // The gateway that has the scheduler, then, when the scheduler has moved, the one that has none.
        int scheduler = await cluster.SchedulerGatewayAsync();
        await KillGatewayAsync("scheduler's silo killed", victim: scheduler);
        await cluster.RunAsync("start", $"gateway-{scheduler + 1}");
        (await cluster.SchedulerGatewayAsync()).Should().Be(1 - scheduler, "a scheduler stays where it is");
        string orphan = await KillGatewayAsync("gateway silo killed", victim: scheduler);
        JsonElement known = await cluster.GetAsync($"{gateways[1 - scheduler]}/v1/requests/{orphan}");
        known.GetProperty("id").GetString().Should().Be(orphan, "another gateway answers for one that died");
        await cluster.RunAsync("start", $"gateway-{scheduler + 1}");

        await DisturbAsync("Redis away for 30 s", gateways, async load =>
        {
            load.Fault(Stopwatch.GetTimestamp());
            await cluster.RunAsync("stop", "redis");
            using var outage = new PeriodicTimer(RedisOutage);
            await outage.WaitForNextTickAsync();
            await cluster.RunAsync("start", "redis");
        });
        await DisturbAsync("worker silo drained", gateways, async load =>
        {
            await load.UnderWayAtAsync("@worker-2");
            load.Fault(Stopwatch.GetTimestamp(), "@worker-2");
            await cluster.RunAsync("stop", "worker-2");
        });
        await DisturbAsync("worker silo joins", gateways, load =>
        {
            load.Fault(Stopwatch.GetTimestamp());
            return cluster.RunAsync("add", "worker-3");
        });

        foreach (Disturbance.Report report in _reports)
        {
            report.Failures.Should().BeEmpty("{0}: clients see no error", report.What);
            report.Completed.Should().Be(report.Sent, report.What);
            (report.WrongText, report.Duplicated, report.Lost).Should().Be((0, 0, 0), "{0}: every text is the uninterrupted one", report.What);
        }

        await cluster.ShouldHaveWorkersAsync(0, "demo-cpu-0@worker-1", "demo-cpu-0@worker-3");
    }

    [SkippableFact]
    public async Task NothingIsLostAtTheOtherGatewayWhileTheSchedulersSiloIsKilledAgainAndAgain()
    {
        await using RunningCluster cluster = await RunningCluster.StartAsync(output, Threads);
        TextPrompt[] prompts = TextPrompt.Make(Prompts);
        string[] expected = await UninterruptedAsync(cluster, prompts);
        string[] gateways = [cluster.Url(0), cluster.Url(1)];
        var lives = new GatewayLives(gateways);
        var load = new Disturbance(cluster, prompts, expected);
        int last = 0;

        async Task KillAsync()
        {
            int victim = await cluster.SchedulerGatewayAsync(last);
            lives.Kill(gateways[victim]);
            await cluster.RunAsync("kill", $"gateway-{victim + 1}");
            await cluster.RunAsync("start", $"gateway-{victim + 1}");
            lives.Back(gateways[victim]);
            last = 1 - victim;
            int ended = load.Ended;
            await RunningCluster.UntilAsync(() => Task.FromResult(load.Ended >= ended + StreamsOfKills));
        }

        Disturbance.Report report = await load.RunAsync($"the scheduler's silo killed {Kills} times", StreamsOfKills, gateways, async () =>
        {
            for (int kill = 0; kill < Kills; kill++)
            {
                await KillAsync();
            }
        }, lives);
        Print(report);
        output.WriteLine($"{report.Cut} connections ended with their gateway.");
        if (report.ServerErrors + report.WrongText > 0)
        {
            cluster.WriteLogs();
        }

        report.Failures.Should().BeEmpty();
        report.Completed.Should().Be(report.Sent);
        (report.WrongText, report.Duplicated, report.Lost).Should().Be((0, 0, 0), "every text is the uninterrupted one");
        report.Cut.Should().BePositive("a gateway that dies takes its connections with it");
    }

    private static async Task<string[]> UninterruptedAsync(RunningCluster cluster, TextPrompt[] prompts)
    {
        StreamedText[] texts = await Task.WhenAll(prompts.Select(prompt => ReadAsync(cluster, cluster.Url(0), prompt)));
        texts.Should().OnlyContain(text => text.Completed && text.Text.Length > 0);
        return [.. texts.Select(text => text.Text)];
    }

    private static async Task<StreamedText> ReadAsync(RunningCluster cluster, string gateway, TextPrompt prompt)
    {
        var text = new StreamedText(prompt);
        await text.ReadAsync(cluster.Http, gateway, () => { });
        return text;
    }

    private void Print(Disturbance.Report it)
    {
        if (_reports.Count == 0)
        {
            output.WriteLine("| what | sent | completed | errors | wrong text | duplicated | lost | took s | longest silence s | streams struck | next word after, p50 s | longest s | a new request's first word s |");
            output.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        }

        string recovery = it.Recovery is not { } r ? "| | | |" : string.Create(
            CultureInfo.InvariantCulture,
            $"| {r.Streams} | {r.Median.TotalSeconds:N2} | {r.Longest.TotalSeconds:N2} | {r.NewRequest.TotalSeconds:N2} |");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {it.What} | {it.Sent} | {it.Completed} | {it.ServerErrors} | {it.WrongText} | {it.Duplicated} | {it.Lost} | {it.Took.TotalSeconds:N1} | {it.LongestSilence.TotalSeconds:N1} {recovery}"));
        foreach (string failure in it.Failures)
        {
            output.WriteLine($"  {failure}");
        }
    }
}
