using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Preble.Grains.Interfaces;
using Xunit.Abstractions;

namespace Preble.Cluster.Tests.Processes;

/// <summary>What is known of a request outlives the gateway that had it.</summary>
[Collection(ProcessesCollection.Name)]
public sealed class RecordTests(ITestOutputHelper output)
{
    private const int Requests = 20;

    [SkippableFact]
    public async Task AnotherGatewayTellsOfRequestsWhoseGatewayAndSchedulerWereKilled()
    {
        await using RunningCluster cluster = await RunningCluster.StartAsync(output);
        using IHost host = GrainClient.Connect(cluster);
        await host.StartAsync();
        int victim = await cluster.SchedulerGatewayAsync();
        TextPrompt[] prompts = TextPrompt.Make(Requests);
        StreamedText[] texts = [.. prompts.Select(prompt => new StreamedText(prompt))];
        await Task.WhenAll(texts.Select(text => text.ReadAsync(cluster.Http, cluster.Url(victim), () => { })));
        texts.Should().OnlyContain(text => text.Completed);
        var began = new TaskCompletionSource();
        var cut = new StreamedText(new TextPrompt(0, new { model = "demo", prompt = "Tavo", n = 100, max_tokens = 900, ignore_eos = true, stream = true }));
        Task read = cut.ReadAsync(cluster.Http, cluster.Url(victim), () => began.TrySetResult());
        await Task.WhenAny(began.Task, read);
        cut.Failure.Should().BeNull();

        // What is told in batches has come before what tells it dies.
        IRequestRecordsGrain records = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IRequestRecordsGrain>(GrainKeys.Records($"gateway-{2 - victim}"));
        foreach (StreamedText text in texts)
        {
            await RunningCluster.UntilAsync(async () => await records.FindAsync(text.RequestId) is { Outcome: not null, Placement: not null });
        }

        await RunningCluster.UntilAsync(async () => await records.FindAsync(cut.RequestId) is not null);
        string[] before = await Task.WhenAll(texts.Select(text => DescribeAsync(cluster, victim, text)));
        before.Should().OnlyContain(request => request.Contains("\"candidates\":[{") && request.Contains("\"state\":\"completed\""));
        cluster.Log($"gateway-{victim + 1}").Should().NotContain("info: ", "a request that is served leaves no line");

        await cluster.RunAsync("kill", $"gateway-{victim + 1}");
        long killed = Stopwatch.GetTimestamp();
        await read;
        cut.Completed.Should().BeFalse();
        string[] after = await Task.WhenAll(texts.Select(text => DescribeAsync(cluster, 1 - victim, text)));
        string lost = await DescribeAsync(cluster, 1 - victim, cut);
        await RunningCluster.UntilAsync(async () => !(lost = await DescribeAsync(cluster, 1 - victim, cut)).Contains("\"state\":\"queued\""));

        output.WriteLine($"Told {Stopwatch.GetElapsedTime(killed).TotalSeconds:N1} s after the kill.");
        after.Should().Equal(before);
        lost.Should().Contain("\"state\":\"failed\"").And.Contain($"gateway-{victim + 1}").And.Contain("was lost");
    }

    private static async Task<string> DescribeAsync(RunningCluster cluster, int gateway, StreamedText text)
    {
        JsonElement request = await cluster.GetAsync($"{cluster.Url(gateway)}/v1/requests/{text.RequestId}");
        request.GetProperty("id").GetString().Should().Be(text.RequestId);
        return request.GetRawText();
    }
}
