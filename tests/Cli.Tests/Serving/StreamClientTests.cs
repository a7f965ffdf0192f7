using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Preble.Cli.Serving;

namespace Preble.Cli.Tests.Serving;

/// <summary>Real streams over loopback, on a clock that moves only when the test says.</summary>
public sealed class StreamClientTests
{
    private const string Usage = """{"choices":[],"usage":{"prompt_tokens":90,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":64}}}""";

    [Fact]
    public async Task TimesAreThoseOfTheChunksThatCarryAChoice()
    {
        StreamMeasurement it = await MeasureAsync(
            (0.5, Token("a")), (0.25, Token("")), (1, Token("b")), (0, ": ping"), (4, Token("", "\"stop\"")), (2, Usage), (8, "[DONE]"));

        it.Outcome.Should().Be(ServeOutcome.Completed, it.Error);
        it.TtftSeconds.Should().Be(0.5);
        it.Gaps.Should().Equal(0.25, 1, 4);
        it.LatencySeconds.Should().Be(5.75, "the usage and the end of the stream are no tokens");
        (it.PromptTokens, it.OutputTokens, it.CachedTokens).Should().Be((90, 7, 64));
        it.TpotSeconds.Should().BeApproximately(5.25 / 6, 1e-12);
        it.Worker.Should().Be("worker-3");
    }

    [Fact]
    public async Task WithoutUsageChunksAndTheKnownPromptAreCounted()
    {
        StreamMeasurement it = await MeasureAsync((0.5, Token("a")), (0.5, Token("b", "\"length\"")));

        it.Outcome.Should().Be(ServeOutcome.Completed, "a choice that says why it ended ends the answer, with or without [DONE]");
        (it.PromptTokens, it.OutputTokens, it.CachedTokens).Should().Be((11, 2, null));
        it.TpotSeconds.Should().Be(0.5);
    }

    [Fact]
    public async Task UsageOnEveryChunkIsTheLastOnes()
    {
        StreamMeasurement it = await MeasureAsync(
            (1, """{"choices":[{"text":"a"}],"usage":{"prompt_tokens":5,"completion_tokens":1}}"""),
            (1, """{"choices":[{"text":"a"}],"usage":{"prompt_tokens":5,"completion_tokens":2}}"""),
            (0, "[DONE]"));
        (it.PromptTokens, it.OutputTokens).Should().Be((5, 2));
    }

    [Theory]
    [InlineData("""{"error":{"message":"out of memory","code":500}}""", "out of memory")]
    [InlineData("""{"error":"gone"}""", "gone")]
    [InlineData("{\"choices\":[{\"text\":", "no JSON")]
    [InlineData("[]", "not an object")]
    [InlineData("nonsense", "no JSON")]
    public async Task AStreamThatGoesWrongInTheMiddleIsAFailure(string chunk, string says)
    {
        StreamMeasurement it = await MeasureAsync((0.5, Token("a")), (0.5, chunk), (0, Token("b", "\"stop\"")), (0, "[DONE]"));
        it.Outcome.Should().Be(ServeOutcome.Failed);
        it.Error.Should().Contain(says);
    }

    [Fact]
    public async Task AStreamThatEndsEarlyIsAFailure()
    {
        (await MeasureAsync((0.5, Token("a")))).Error.Should().Contain("broke off");
        (await MeasureAsync((0.5, "[DONE]"))).Error.Should().Contain("no token");
        (await MeasureAsync()).Error.Should().Contain("no token");
        (await MeasureAsync((0.5, Usage), (0, "[DONE]"))).Outcome.Should().Be(ServeOutcome.Failed);
    }

    [Fact]
    public async Task AConnectionThatIsResetIsAFailure()
    {
        StreamMeasurement it = await SendAsync(async (context, _, _) =>
        {
            FakeServer.Begin(context);
            await FakeServer.SendAsync(context, Token("a"));
            context.Abort();
        });
        it.Outcome.Should().Be(ServeOutcome.Failed);
        it.Error.Should().NotBeEmpty().And.NotContain("\n");
    }

    [Theory]
    [InlineData(429, "Rejected")]
    [InlineData(503, "Rejected")]
    [InlineData(500, "Failed")]
    [InlineData(400, "Failed")]
    [InlineData(404, "Failed")]
    [InlineData(204, "Failed")]
    public async Task WhatIsNo200IsRejectedIfTheServerIsBusyAndElseFailed(int status, string outcome)
    {
        StreamMeasurement it = await SendAsync(async (context, _, _) =>
        {
            context.Response.StatusCode = status;
            if (status != 204)
            {
                await context.Response.WriteAsync("{\"error\":\n {\"message\":\"why\"}}" + new string('x', 5000));
            }
        });
        it.Outcome.ToString().Should().Be(outcome);
        it.Error.Should().StartWith($"HTTP {status}").And.NotContain("\n");
        it.Error.Length.Should().BeLessThan(400);
    }

    [Fact]
    public async Task NobodyIsContactedButTheServerThatWasNamed()
    {
        await using FakeServer other = await FakeServer.StartAsync((context, body, _) => FakeServer.AnswerAsync(context, body));
        StreamMeasurement it = await SendAsync((context, _, _) =>
        {
            context.Response.Redirect(other.Url + "/v1/completions", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });
        it.Outcome.Should().Be(ServeOutcome.Failed);
        it.Error.Should().StartWith("HTTP 307");
        other.Bodies.Should().BeEmpty();
    }

    [Fact]
    public async Task AnAnswerThatDoesNotComeIsAFailure()
    {
        await using FakeServer server = await FakeServer.StartAsync((context, _, _) => NeverAsync(context));
        using HttpClient http = StreamClient.CreateHttpClient(null);
        var client = new StreamClient(http, Target(server) with { RequestTimeout = TimeSpan.FromMilliseconds(30) }, TimeProvider.System);
        StreamMeasurement it = await client.SendAsync("{}"u8.ToArray(), 1, default);

        it.Outcome.Should().Be(ServeOutcome.Failed);
        it.Error.Should().Be("no end within 0.03 s");
    }

    [Fact]
    public async Task WhoEndsTheBenchmarkEndsItsRequests()
    {
        using var cancel = new CancellationTokenSource();
        await using FakeServer server = await FakeServer.StartAsync(async (context, _, _) =>
        {
            await cancel.CancelAsync();
            await NeverAsync(context);
        });
        using HttpClient http = StreamClient.CreateHttpClient(null);
        StreamMeasurement it = await new StreamClient(http, Target(server), TimeProvider.System).SendAsync("{}"u8.ToArray(), 1, cancel.Token);

        it.Outcome.Should().Be(ServeOutcome.Cancelled);
    }

    [Fact]
    public async Task TheKeyIsSentToTheServer()
    {
        string? sent = null;
        await using FakeServer server = await FakeServer.StartAsync((context, body, _) =>
        {
            sent = context.Request.Headers.Authorization;
            return FakeServer.AnswerAsync(context, body);
        });
        using HttpClient http = StreamClient.CreateHttpClient("key");
        await new StreamClient(http, Target(server), TimeProvider.System).SendAsync("{\"max_tokens\":1}"u8.ToArray(), 1, default);
        sent.Should().Be("Bearer key");
    }

    [Theory]
    [InlineData("http://h:1", "http://h:1/v1/completions", "http://h:1/v1/models")]
    [InlineData("http://h:1/", "http://h:1/v1/completions", "http://h:1/v1/models")]
    [InlineData("http://h:1/v1", "http://h:1/v1/completions", "http://h:1/v1/models")]
    [InlineData("https://h/a/v1/", "https://h/a/v1/completions", "https://h/a/v1/models")]
    [InlineData("http://h:1/v1/completions", "http://h:1/v1/completions", "http://h:1/v1/models")]
    public void AnAddressMayBeThatOfTheServerOfItsApiOrOfTheRoute(string url, string completions, string models)
    {
        Uri found = ServeTarget.CompletionsOf(new Uri(url));
        found.Should().Be(new Uri(completions));
        ServeTarget.ModelsOf(found).Should().Be(new Uri(models));
    }

    private static string Token(string text, string reason = "null") => $$"""{"choices":[{"index":0,"text":"{{text}}","finish_reason":{{reason}}}]}""";

    private static ServeTarget Target(FakeServer server) => new() { Completions = ServeTarget.CompletionsOf(new Uri(server.Url)), Model = "fake" };

    private static async Task NeverAsync(HttpContext context)
    {
        var never = new TaskCompletionSource();
        using CancellationTokenRegistration gone = context.RequestAborted.Register(never.SetResult);
        await never.Task;
    }

    private static async Task<StreamMeasurement> SendAsync(Func<HttpContext, JsonElement, int, Task> answer)
    {
        await using FakeServer server = await FakeServer.StartAsync(answer);
        using HttpClient http = StreamClient.CreateHttpClient(null);
        return await new StreamClient(http, Target(server), TimeProvider.System).SendAsync("{}"u8.ToArray(), 1, default);
    }

    /// <summary>Sends chunks, each so many seconds after the one before it was measured.</summary>
    private static async Task<StreamMeasurement> MeasureAsync(params (double After, string Data)[] chunks)
    {
        var clock = new StampedClock();
        await using FakeServer server = await FakeServer.StartAsync(async (context, _, _) =>
        {
            clock.Forget();
            FakeServer.Begin(context);
            context.Response.Headers["x-preble-worker"] = "worker-3";
            foreach ((double after, string data) in chunks)
            {
                clock.Advance(after);
                await (data.StartsWith(':') ? context.Response.WriteAsync(data + "\n\n") : FakeServer.SendAsync(context, data));
                if (data.Contains("\"text\"", StringComparison.Ordinal) && !data.EndsWith(':'))
                {
                    await clock.LookedAtAsync(context.RequestAborted);
                }
            }
        });
        using HttpClient http = StreamClient.CreateHttpClient(null);
        return await new StreamClient(http, Target(server), clock).SendAsync("{}"u8.ToArray(), 11, default);
    }
}
