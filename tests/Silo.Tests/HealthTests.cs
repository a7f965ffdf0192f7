using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Preble.Grains.Interfaces;
using Preble.Silo.Actors;

namespace Preble.Silo.Tests;

public sealed class HealthTests
{
    [Fact]
    public async Task AServerThatServesIsLiveAndReady()
    {
        await using var app = new SiloApp();
        (await app.GetAsync("/health/live")).Status.Should().Be(HttpStatusCode.OK);

        JsonElement body = await SaysAsync(app.CreateClient(), HttpStatusCode.OK, (true, false, true, true));
        body.GetProperty("status").GetString().Should().Be("ready");
    }

    [Fact]
    public async Task WithoutAWorkerItIsLiveButNotReady()
    {
        await using var app = new SiloApp(("Preble:Workers", "1"), ("Preble:PatienceSeconds", "0"));
        await IsReadyAsync(app);

        (HttpStatusCode status, JsonElement body) = await ReadyWithoutAWorkerAsync(app);

        (status, body.GetProperty("status").GetString()).Should().Be((HttpStatusCode.ServiceUnavailable, "not ready"));
        (await app.GetAsync("/health/live")).Status.Should().Be(HttpStatusCode.OK);
        await IsReadyAsync(app);
    }

    /// <summary>As while its scheduler moves: a balancer that asks then must have somebody to send requests to.</summary>
    [Fact]
    public async Task WithoutAWorkerItStaysReadyForAsLongAsRequestsWaitForOneAndSaysWhatIsMissing()
    {
        await using var app = new SiloApp(("Preble:Workers", "1"), ("Preble:PatienceSeconds", "3600"));
        await IsReadyAsync(app);

        (HttpStatusCode status, JsonElement body) = await ReadyWithoutAWorkerAsync(app);

        (status, body.GetProperty("status").GetString()).Should().Be((HttpStatusCode.OK, "ready"));
    }

    [Fact]
    public async Task ASiloThatTheClusterDoesNotCountOnIsNotReady()
    {
        await using var app = new SiloApp();
        await using var outside = app.WithWebHostBuilder(host => host.ConfigureTestServices(services => services.AddSingleton<ISiloLife>(new Outside())));

        await SaysAsync(outside.CreateClient(), HttpStatusCode.ServiceUnavailable, (false, false, true, true));
    }

    /// <summary>Who balances load must learn of it while requests are still answered: they ask for so much that it is not over when it is asked.</summary>
    [Fact]
    public async Task AServerThatStopsIsNotReadyWhileItsRequestsEnd()
    {
        const int Choices = 16;
        await using var app = new SiloApp(("Preble:Workers", "1"), ("Preble:DrainSeconds", "600"));
        object request = new { model = "demo", prompt = "Tavo", max_tokens = 900, n = Choices, ignore_eos = true, stream = true };
        Task<List<JsonElement>> stream = app.ChunksAsync("/v1/completions", request);
        await Eventually.HoldsAsync(async () => await app.WorkersAsync() is [JsonElement worker] && worker.GetProperty("pages_held").GetInt32() > 0);

        app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        (await app.GetAsync("/health/ready")).Status.Should().Be(HttpStatusCode.ServiceUnavailable);
        await SaysAsync(app.CreateClient(), HttpStatusCode.ServiceUnavailable, (true, true, true, true));
        List<JsonElement> chunks = await stream;
        chunks.Count(chunk => chunk.GetProperty("choices")[0].GetProperty("finish_reason").ValueKind == JsonValueKind.String).Should().Be(Choices);
    }

    private static Task IsReadyAsync(SiloApp app) => Eventually.HoldsAsync(async () => (await app.GetAsync("/health/ready")).Status == HttpStatusCode.OK);

    /// <summary>Waits until it says this of being ready: a scheduler that is slow to answer counts as none.</summary>
    private static async Task<JsonElement> SaysAsync(HttpClient client, HttpStatusCode status, (bool Active, bool Draining, bool Scheduler, bool Worker) conditions)
    {
        JsonElement body = default;
        await Eventually.HoldsAsync(async () =>
        {
            HttpResponseMessage response = await client.GetAsync("/health/ready");
            body = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
            return response.StatusCode == status && Conditions(body) == conditions;
        });
        return body;
    }

    /// <summary>What it says of being ready when its only worker has been taken off; a heartbeat brings that back before long.</summary>
    private static async Task<(HttpStatusCode Status, JsonElement Body)> ReadyWithoutAWorkerAsync(SiloApp app)
    {
        ISchedulerGrain scheduler = app.Services.GetRequiredService<IGrainFactory>().GetGrain<ISchedulerGrain>("demo");
        (HttpStatusCode Status, JsonElement Body) answer = default;
        await Eventually.HoldsAsync(async () =>
        {
            await scheduler.RemoveWorkerAsync("demo-cpu-0", long.MaxValue);
            answer = await app.GetAsync("/health/ready");
            return Conditions(answer.Body) == (true, false, true, false);
        });
        return answer;
    }

    private static (bool Active, bool Draining, bool Scheduler, bool Worker) Conditions(JsonElement body) => (
        body.GetProperty("active").GetBoolean(),
        body.GetProperty("draining").GetBoolean(),
        body.GetProperty("scheduler").GetBoolean(),
        body.GetProperty("worker").GetBoolean());

    private sealed class Outside : ISiloLife
    {
        public bool IsActive => false;
    }
}
