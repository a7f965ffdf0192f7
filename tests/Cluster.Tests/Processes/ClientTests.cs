using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Preble.Client;
using Preble.Grains.Interfaces;
using Xunit.Abstractions;

namespace Preble.Cluster.Tests.Processes;

/// <summary>Services that call the grains while a gateway's silo dies.</summary>
[Collection(ProcessesCollection.Name)]
public sealed class ClientTests(ITestOutputHelper output)
{
    private const int Streams = 60;

    /// <summary>Less than the 30 s after which the host gives up a call.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(20);

    [SkippableFact]
    public async Task StreamsOfTheClientLibraryGoOnWhenTheirGatewayIsKilled()
    {
        await using RunningCluster cluster = await RunningCluster.StartAsync(output);
        using IHost host = GrainClient.Connect(cluster);
        await host.StartAsync();
        IPrebleClient client = host.Services.GetRequiredService<IPrebleClient>();
        CompletionRequest[] requests = [.. Enumerable.Range(0, Streams).Select(RequestOf)];
        GenerationResult[] expected = await Task.WhenAll(requests.Select(request => client.CompleteAsync(request)));

        var running = new ConcurrentDictionary<int, string>();
        var underWay = new TaskCompletionSource();
        Task<Answer>[] reading = [.. requests.Select((request, index) => ReadAsync(client, request, id =>
        {
            running[index] = id;
            if (running.Count >= Streams / 2)
            {
                underWay.TrySetResult();
            }
        }))];
        await Task.WhenAny(underWay.Task, Task.WhenAll(reading));
        await cluster.RunAsync("kill", "gateway-1");
        int cut = running.Count(stream => stream.Value.EndsWith("@gateway-1", StringComparison.Ordinal) && !reading[stream.Key].IsCompleted);
        Answer[] answers = await Task.WhenAll(reading);

        output.WriteLine($"{cut} of {Streams} streams were with the gateway that died; longest silence {answers.Max(answer => answer.Silence).TotalSeconds:N1} s.");
        output.WriteLine(string.Join('\n', answers.OrderByDescending(answer => answer.Silence).Take(5).Select(answer => $"  {answer.Silence.TotalSeconds:N1} s after {answer.Gap}")));
        cut.Should().BePositive();
        int[] moved = [.. Enumerable.Range(0, Streams).Where(stream => answers[stream].Deltas[^1].RequestId != running[stream])];
        moved.Should().NotBeEmpty("a stream that goes on has another id");
        answers.Max(answer => answer.Silence).Should().BeLessThan(SilenceMax, "the host's own limit is not waited for");
        foreach ((Answer answer, GenerationResult whole) in answers.Zip(expected))
        {
            for (int choice = 0; choice < whole.Choices.Count; choice++)
            {
                GenerationDelta[] own = [.. answer.Deltas.Where(delta => delta.Choice == choice)];
                string.Concat(own.Select(delta => delta.Text)).Should().Be(whole.Choices[choice].Text);
                own.SelectMany(delta => delta.Tokens).Should().Equal(whole.Choices[choice].Tokens);
                own.SelectMany(delta => Told(delta.Logprobs)).Should().Equal(Told(whole.Choices[choice].Logprobs));
            }

            (answer.Deltas[^1].Usage!.PromptTokens, answer.Deltas[^1].Usage!.CompletionTokens).Should().Be((whole.Usage.PromptTokens, whole.Usage.CompletionTokens));
        }

        // By the id that a call had first its caller learns what came of it, whichever silo had it in the end.
        foreach (int stream in moved)
        {
            JsonElement told = await cluster.GetAsync($"{cluster.Url(1)}/v1/requests/{running[stream]}");
            told.GetProperty("id").GetString().Should().Be(running[stream]);
            told.GetProperty("state").GetString().Should().Be("completed");
            told.GetProperty("completion_tokens").GetInt32().Should().Be(expected[stream].Usage.CompletionTokens);
        }

        await host.StopAsync();
    }

    /// <summary>Greedy and seeded, with and without log-probabilities.</summary>
    private static CompletionRequest RequestOf(int number) => new()
    {
        Model = "demo",
        Prompts = [$"Document {number / 4}.\nTavo number {number} lives in Pemor.\nQuestion: who lives in Pemor?\nAnswer:"],
        Choices = 2,
        MaxTokens = 200,
        Temperature = number % 2 == 0 ? 0 : 0.9,
        Seed = number,
        Logprobs = number % 3 == 0 ? 1 : null,
        OtherFields = new() { ["ignore_eos"] = true },
    };

    private static IEnumerable<(int Token, float Logprob, string Top)> Told(IReadOnlyList<TokenLogprob>? logprobs) =>
        (logprobs ?? []).Select(item => (item.Token, item.Logprob, string.Join(' ', item.Top.Select(top => $"{top.Token}:{top.Logprob:R}"))));

    private static async Task<Answer> ReadAsync(IPrebleClient client, CompletionRequest request, Action<string> began)
    {
        var answer = new Answer();
        long latest = Stopwatch.GetTimestamp();
        await foreach (GenerationDelta delta in client.StreamCompletionAsync(request))
        {
            if (answer.Deltas.Count == 0)
            {
                began(delta.RequestId);
            }

            TimeSpan silence = Stopwatch.GetElapsedTime(latest);
            if (silence > answer.Silence)
            {
                answer.Silence = silence;
                answer.Gap = $"{answer.Deltas.Count} deltas, {answer.Deltas.LastOrDefault()?.RequestId} then {delta.RequestId}";
            }

            latest = Stopwatch.GetTimestamp();
            answer.Deltas.Add(delta);
        }

        return answer;
    }

    private sealed class Answer
    {
        public List<GenerationDelta> Deltas { get; } = [];

        public TimeSpan Silence { get; set; }

        /// <summary>Where it was.</summary>
        public string Gap { get; set; } = "";
    }
}
