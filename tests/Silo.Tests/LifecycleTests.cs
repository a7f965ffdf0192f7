using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Tests;

public sealed class LifecycleTests
{
    private const string Completions = "/v1/completions";

    [Fact]
    public async Task AClientThatGoesAwayFreesItsPages()
    {
        await using var app = new SiloApp(("Preble:Workers", "1"));
        using (HttpResponseMessage response = await OpenStreamAsync(app, maxTokens: 1000))
        {
            var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            (await reader.ReadLineAsync()).Should().StartWith("data: ");
        }

        await Eventually.HoldsAsync(async () =>
            await app.WorkersAsync() is [JsonElement worker] && worker.GetProperty("live_sequences").GetInt32() == 0 && worker.GetProperty("pages_held").GetInt32() == 0);
    }

    /// <summary>Ids of grains and headers are made of it, which may not have every character.</summary>
    [Fact]
    public async Task AModelMayHaveAnyName()
    {
        await using var app = new SiloApp(("Preble:Workers", "1"), ("Preble:ModelName", "org/model@v1 ä"));
        (HttpStatusCode status, JsonElement body, HttpResponseMessage response) = await app.PostAsync(Completions, new { model = "org/model@v1 ä", prompt = "Tavo", max_tokens = 2 });
        status.Should().Be(HttpStatusCode.OK);
        body.GetProperty("model").GetString().Should().Be("org/model@v1 ä");
        response.Headers.GetValues("x-preble-worker").Should().Equal(["org/model-v1---cpu-0"], "a header has ASCII only");
    }

    [Fact]
    public async Task FullQueuesAreAnswered429WithRetryAfterAndTheServerGoesOn()
    {
        await using var app = new SiloApp(("Preble:Workers", "1"), ("Preble:RunningMax", "1"), ("Preble:WaitingMax", "1"));
        object request = new { model = "demo", prompt = "Tavo", max_tokens = 400, ignore_eos = true };

        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => app.PostAsync(Completions, request)));

        answers.Select(answer => answer.Status).Distinct().Should().BeEquivalentTo([HttpStatusCode.OK, HttpStatusCode.TooManyRequests]);
        foreach (var (status, body, response) in answers.Where(answer => answer.Status == HttpStatusCode.TooManyRequests))
        {
            response.Headers.RetryAfter!.Delta.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
            body.GetProperty("error").GetProperty("code").GetString().Should().Be("rate_limit_exceeded");
        }

        // The scheduler hears of an end in its own time.
        await Eventually.HoldsAsync(async () => (await app.PostAsync(Completions, request)).Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task MoreChoicesThanAQueueHoldsAreRefusedAsSuch()
    {
        await using var app = new SiloApp(("Preble:Workers", "1"), ("Preble:WaitingMax", "2"));
        (HttpStatusCode status, JsonElement body, _) = await app.PostAsync(Completions, new { model = "demo", prompt = "Tavo", n = 3 });
        status.Should().Be(HttpStatusCode.BadRequest);
        body.GetProperty("error").GetProperty("param").GetString().Should().Be("n");
    }

    [Theory]
    [InlineData("/v1/chat/completions", "messages")]
    [InlineData("/v1/completions", "prompt")]
    public async Task APromptThatNoWorkerCanHoldNamesItsField(string path, string field)
    {
        await using var app = new SiloApp(("Preble:KvTokens", "64"));
        string text = string.Join(' ', Enumerable.Repeat("Tavo", 100));
        object request = field == "prompt" ? new { model = "demo", prompt = text } : new { model = "demo", messages = new[] { new { role = "user", content = text } } };

        (HttpStatusCode status, JsonElement body, _) = await app.PostAsync(path, request);

        status.Should().Be(HttpStatusCode.BadRequest);
        body.GetProperty("error").GetProperty("param").GetString().Should().Be(field);
        body.GetProperty("error").GetProperty("message").GetString().Should().Contain("64");
    }

    [Fact]
    public async Task ARequestTellsWhereItWentAndWhy()
    {
        await using var app = new SiloApp();
        (_, JsonElement body, HttpResponseMessage response) = await app.PostAsync(Completions, new { model = "demo", prompt = "Tavo lives in", max_tokens = 3 });
        string id = body.GetProperty("id").GetString()!;

        (HttpStatusCode status, JsonElement request) = await app.GetAsync($"/v1/requests/{id}");

        status.Should().Be(HttpStatusCode.OK);
        request.GetProperty("state").GetString().Should().Be("completed");
        request.GetProperty("worker").GetString().Should().Be(response.Headers.GetValues("x-preble-worker").Single());
        request.GetProperty("completion_tokens").GetInt32().Should().Be(3);
        JsonElement candidates = request.GetProperty("placement").GetProperty("candidates");
        candidates.GetArrayLength().Should().Be(4);
        JsonElement chosen = candidates.EnumerateArray().MinBy(candidate => candidate.GetProperty("cost").GetDouble());
        foreach (JsonElement candidate in candidates.EnumerateArray())
        {
            candidate.GetProperty("terms").EnumerateObject().Sum(term => term.Value.GetDouble()).Should().BeApproximately(candidate.GetProperty("cost").GetDouble(), 1e-9);
        }

        request.GetProperty("placement").GetProperty("worker").GetString().Should().Be(request.GetProperty("worker").GetString());
        chosen.GetProperty("cost").GetDouble().Should().Be(candidates.EnumerateArray()
            .Single(candidate => candidate.GetProperty("worker").GetString() == request.GetProperty("worker").GetString()).GetProperty("cost").GetDouble());
    }

    /// <summary>As at another gateway after the death of the one that had the request.</summary>
    [Fact]
    public async Task ARequestWhoseGrainIsGoneIsToldFromTheRecordOfItsPlacement()
    {
        await using var app = new SiloApp(("Preble:Workers", "2"));
        await app.GetAsync("/health");
        ISchedulerGrain scheduler = app.Services.GetRequiredService<IGrainFactory>().GetGrain<ISchedulerGrain>("demo");
        var placement = new PlacementRequest { RequestId = "cmpl-gone", PageKeys = [], PromptTokens = 5, MaxNewTokens = 4, Choices = 1, ExcludedWorkers = [] };
        string worker = (await scheduler.PlaceAsync(placement)).WorkerId!;

        (HttpStatusCode status, JsonElement request) = await app.GetAsync("/v1/requests/cmpl-gone");
        status.Should().Be(HttpStatusCode.OK);
        request.GetProperty("state").GetString().Should().Be("unknown", "its end was not told");
        request.GetProperty("completion_tokens").ValueKind.Should().Be(JsonValueKind.Null);

        var end = new CompletionReport { RequestId = "cmpl-gone", WorkerId = worker, Outcome = Outcome.Completed, CachedTokens = 0, OutputTokens = 4, TotalSeconds = 1 };
        await scheduler.CompleteAsync(end);
        (_, request) = await app.GetAsync("/v1/requests/cmpl-gone");
        request.GetProperty("state").GetString().Should().Be("completed");
        request.GetProperty("worker").GetString().Should().Be(worker);
        request.GetProperty("completion_tokens").GetInt32().Should().Be(4);
        request.GetProperty("placement").GetProperty("candidates").GetArrayLength().Should().Be(2);
        (await app.GetAsync("/v1/requests/cmpl-never")).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task AStreamThatStillRunsWhenTheDrainIsOverEndsWithAnError()
    {
        await using var app = new SiloApp(("Preble:Workers", "1"), ("Preble:DrainSeconds", "0"));
        using HttpResponseMessage response = await OpenStreamAsync(app, maxTokens: 1000, choices: 64);
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        (await reader.ReadLineAsync()).Should().StartWith("data: ");

        app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        string rest = await reader.ReadToEndAsync();
        rest.Should().Contain("\"code\":\"stopping\"").And.EndWith("data: [DONE]\n\n");
    }

    [Fact]
    public async Task HealthTellsPolicyAndWorkers()
    {
        await using var app = new SiloApp(("Preble:Workers", "3"), ("Preble:Policy", "e2"));
        JsonElement model = default;
        await Eventually.HoldsAsync(async () =>
        {
            (HttpStatusCode status, JsonElement body) = await app.GetAsync("/health");
            if (status != HttpStatusCode.OK)
            {
                return false;
            }

            model = body.GetProperty("models").EnumerateArray().Single();
            return model.GetProperty("workers").GetArrayLength() == 3;
        });
        model.GetProperty("policy").GetString().Should().Be("e2");
    }

    [Fact]
    public async Task ASchedulerAndATreeThatForgotTheWorkersLearnOfThemAgainWithWhatTheyHold()
    {
        await using var app = new SiloApp(("Preble:Workers", "2"));
        object request = new { model = "demo", prompt = "Tavo lives in Pemor. Where does Tavo live? Tavo lives in Pemor and works for Makel.", max_tokens = 2 };
        await app.PostAsync(Completions, request);
        var grains = app.Services.GetRequiredService<IGrainFactory>();
        foreach (JsonElement worker in await app.WorkersAsync())
        {
            await grains.GetGrain<ISchedulerGrain>("demo").RemoveWorkerAsync(worker.GetProperty("id").GetString()!, long.MaxValue);
        }

        // A heartbeat brings the workers back, and the tree what they hold.
        await Eventually.HoldsAsync(async () =>
            (await grains.GetGrain<IPrefixTreeGrain>("demo").StatusAsync()) is { Workers: 2, Pages: > 0 } && (await app.WorkersAsync()).Length == 2);

        (HttpStatusCode status, JsonElement body, _) = await app.PostAsync(Completions, request);
        status.Should().Be(HttpStatusCode.OK);
        body.GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32().Should().BePositive();
    }

    private static async Task<HttpResponseMessage> OpenStreamAsync(SiloApp app, int maxTokens, int choices = 1)
    {
        string body = JsonSerializer.Serialize(new { model = "demo", prompt = "Tavo", max_tokens = maxTokens, n = choices, ignore_eos = true, stream = true });
        var request = new HttpRequestMessage(HttpMethod.Post, Completions) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return await app.CreateClient().SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
