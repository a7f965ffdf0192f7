using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Preble.Cli.Tests.Serving;

namespace Preble.Cli.Tests.Commands;

/// <summary><c>bench serve</c> as a whole, against a server on loopback.</summary>
public sealed class BenchServeTests
{
    private const string Few = "--workload toolbench --requests 40 --scale 0.05";

    [Theory]
    [InlineData("--concurrency 3", 3)]
    [InlineData("--rate 100000", 40)]
    [InlineData("", 16)]
    public async Task EveryRequestIsMeasuredAndToldInTheNamesOfVllm(string load, int liveMax)
    {
        using var folder = new TemporaryFolder();
        await using FakeServer server = await FakeServer.StartAsync((context, body, number) =>
        {
            context.Response.Headers["x-preble-worker"] = "worker-" + (number % 2);
            return FakeServer.AnswerAsync(context, body);
        });
        Preble run = await Preble.RunLineAsync($"bench serve --url {server.Url} {Few} {load} --goodput ttft:100000 --json {folder.File("s.json")}");

        run.Code.Should().Be(0, run.Errors);
        run.Output.Should().Contain("| TTFT").And.Contain("| ITL").And.Contain("completed requests").And.Contain("good requests/s");
        server.LiveMax.Should().BeLessThanOrEqualTo(liveMax);
        server.Strays.Should().BeEmpty();
        JsonElement[] sent = [.. server.Bodies.Skip(1)];
        sent.Should().HaveCount(40, "the first request only asks what the server understands");
        sent.Should().OnlyContain(body => body.GetProperty("model").GetString() == "fake" && body.GetProperty("stream").GetBoolean()
            && body.GetProperty("stream_options").GetProperty("include_usage").GetBoolean() && body.GetProperty("ignore_eos").GetBoolean()
            && body.GetProperty("temperature").GetDouble() == 0 && body.GetProperty("prompt").ValueKind == JsonValueKind.String);

        JsonElement root = JsonDocument.Parse(File.ReadAllText(folder.File("s.json"))).RootElement;
        root.GetProperty("completed").GetInt32().Should().Be(40);
        root.GetProperty("rejected").GetInt32().Should().Be(0);
        root.GetProperty("failed").GetInt32().Should().Be(0);
        root.GetProperty("total_input_tokens").GetInt32().Should().Be(4000);
        root.GetProperty("total_output_tokens").GetInt32().Should().Be(sent.Sum(body => body.GetProperty("max_tokens").GetInt32()));
        root.GetProperty("hit_ratio").GetDouble().Should().Be(0.25);
        root.GetProperty("request_goodput").GetDouble().Should().Be(root.GetProperty("request_throughput").GetDouble());
        root.GetProperty("requests_by_worker").EnumerateObject().Sum(worker => worker.Value.GetInt32()).Should().Be(40);
        foreach (string of in (string[])["ttft", "tpot", "itl", "e2el"])
        {
            foreach (string name in (string[])["mean", "median", "p90", "p99", "std"])
            {
                root.GetProperty($"{name}_{of}_ms").GetDouble().Should().BeGreaterThanOrEqualTo(0);
            }
        }

        root.GetProperty("mean_e2el_ms").GetDouble().Should().BeGreaterThanOrEqualTo(root.GetProperty("mean_ttft_ms").GetDouble());
    }

    [Fact]
    public async Task RejectsAndFailuresAreCountedApart()
    {
        using var folder = new TemporaryFolder();
        await using FakeServer server = await FakeServer.StartAsync(async (context, body, number) =>
        {
            switch (number % 4)
            {
                case 1:
                    context.Response.StatusCode = number % 8 == 1 ? 429 : 503;
                    break;
                case 2:
                    FakeServer.Begin(context);
                    await FakeServer.SendAsync(context, """{"error":{"message":"lost"}}""");
                    break;
                default:
                    await FakeServer.AnswerAsync(context, body);
                    break;
            }
        });
        Preble run = await Preble.RunLineAsync($"bench serve --url {server.Url}/v1 {Few} --model mine --json {folder.File("s.json")}");

        run.Code.Should().Be(0, run.Errors);
        run.Output.Should().Contain("10 times: the stream ended in an error: lost");
        JsonElement root = JsonDocument.Parse(File.ReadAllText(folder.File("s.json"))).RootElement;
        (root.GetProperty("completed").GetInt32(), root.GetProperty("rejected").GetInt32(), root.GetProperty("failed").GetInt32()).Should().Be((20, 10, 10));
        root.GetProperty("request_goodput").ValueKind.Should().Be(JsonValueKind.Null);
        server.Bodies.Should().OnlyContain(body => body.GetProperty("model").GetString() == "mine");
    }

    [Theory]
    [InlineData("ignore_eos")]
    [InlineData("stream_options")]
    public async Task WhatAServerRefusesIsLeftOut(string field)
    {
        await using FakeServer server = await FakeServer.StartAsync((context, body, _) =>
        {
            if (body.TryGetProperty(field, out JsonElement _))
            {
                context.Response.StatusCode = 400;
                return Task.CompletedTask;
            }

            return FakeServer.AnswerAsync(context, body);
        });
        Preble run = await Preble.RunLineAsync($"bench serve --url {server.Url} {Few}");

        run.Code.Should().Be(0, run.Errors);
        server.Bodies.Count(body => !body.TryGetProperty(field, out JsonElement _)).Should().Be(41);
    }

    [Fact]
    public async Task PromptsAreSentAsTokensWhereThatIsWanted()
    {
        await using FakeServer server = await FakeServer.StartAsync((context, body, _) => FakeServer.AnswerAsync(context, body));
        Preble run = await Preble.RunLineAsync($"bench serve --url {server.Url} {Few} --prompt tokens --vocabulary 300");

        run.Code.Should().Be(0, run.Errors);
        int[][] prompts = [.. server.Bodies.Skip(1).Select(body => body.GetProperty("prompt").EnumerateArray().Select(token => token.GetInt32()).ToArray())];
        prompts.Should().OnlyContain(prompt => prompt.Length > 10 && prompt.All(token => token >= 0 && token < 300));
        prompts.Select(prompt => prompt[0]).Distinct().Should().ContainSingle("all begin with the same system prompt");
    }

    [Fact]
    public async Task ADurationEndsABenchmarkWithoutANumberOfRequests()
    {
        await using FakeServer server = await FakeServer.StartAsync((context, body, _) => FakeServer.AnswerAsync(context, body));
        Preble run = await Preble.RunLineAsync($"bench serve --url {server.Url} --workload toolbench --scale 0.02 --concurrency 2 --duration 1");

        run.Code.Should().Be(0, run.Errors);
        server.Bodies.Count.Should().BeInRange(2, 90_000);
    }

    [Fact]
    public async Task AnInterruptedBenchmarkTellsWhatItMeasured()
    {
        using var folder = new TemporaryFolder();
        using var cancel = new CancellationTokenSource();
        await using FakeServer server = await FakeServer.StartAsync(async (context, body, number) =>
        {
            // Before it is answered: else the rest may be over first.
            if (number == 20)
            {
                await cancel.CancelAsync();
            }

            await FakeServer.AnswerAsync(context, body);
        });
        Preble run = await Preble.RunAsync(cancel.Token, $"bench serve --url {server.Url} {Few} --concurrency 1 --json {folder.File("s.json")}".Split(' '));

        run.Code.Should().Be(130, run.Errors);
        run.Output.Should().Contain("completed requests");
        JsonDocument.Parse(File.ReadAllText(folder.File("s.json"))).RootElement.GetProperty("completed").GetInt32().Should().BeInRange(18, 39);
    }

    [Fact]
    public async Task AServerThatIsNotThereIsAFailureInOneLine()
    {
        string gone;
        await using (FakeServer server = await FakeServer.StartAsync((_, _, _) => Task.CompletedTask))
        {
            gone = server.Url;
        }

        Check(await Preble.RunLineAsync($"bench serve --url {gone} {Few}"), "cannot be reached");
        Check(await Preble.RunLineAsync($"bench serve --url {gone} {Few} --model mine"), "answers no completion");
    }

    [Theory]
    [InlineData(null, "--model")]
    [InlineData("{}", "--model")]
    [InlineData("""{"data":[]}""", "--model")]
    [InlineData("""{"data":[{"name":"x"}]}""", "--model")]
    [InlineData("[", "--model")]
    public async Task AServerWithoutModelsWantsOneToBeNamed(string? models, string says)
    {
        await using FakeServer server = await FakeServer.StartAsync((context, body, _) => FakeServer.AnswerAsync(context, body), models);
        Check(await Preble.RunLineAsync($"bench serve --url {server.Url} {Few}"), says);
    }

    [Fact]
    public async Task AServerThatAnswersNothingIsAFailureInOneLine()
    {
        await using FakeServer server = await FakeServer.StartAsync((context, _, _) =>
        {
            context.Response.StatusCode = 401;
            return context.Response.WriteAsync("no key");
        });
        Check(await Preble.RunLineAsync($"bench serve --url {server.Url} {Few}"), "HTTP 401: no key");
        server.Bodies.Should().ContainSingle("it makes no sense to ask again");
    }

    private static void Check(Preble run, string says)
    {
        run.Code.Should().Be(1);
        run.Output.Should().BeEmpty();
        run.Errors.TrimEnd('\n').Should().StartWith("preble: ").And.NotContain("\n").And.Contain(says);
    }
}
