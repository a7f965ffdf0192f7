using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Preble.Silo.Gateway;

namespace Preble.Silo.Tests;

public sealed class NoticeTests
{
    /// <summary>As a balancer and the clients behind it meet a server that was told to stop: each time on a new connection.</summary>
    [Fact]
    public async Task AServerThatStopsSaysSoFirstAndServesWhoComesMeanwhile()
    {
        await using WebApplication app = Server("--Preble:NoticeSeconds", "5");
        await app.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }) { BaseAddress = new Uri(app.Urls.Single()) };
        await Eventually.HoldsAsync(async () => (await http.GetAsync("/health/ready")).StatusCode == HttpStatusCode.OK);
        await ShouldServeAsync();

        Task stopped = app.StopAsync();

        int served = 0;
        try
        {
            while (!stopped.IsCompleted)
            {
                (await http.GetAsync("/health/ready")).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
                await ShouldServeAsync();
                served++;
            }
        }
        catch (HttpRequestException)
        {
            // The notice is over: nothing listens any more.
        }

        served.Should().BePositive();
        await stopped;

        async Task ShouldServeAsync() =>
            (await http.PostAsJsonAsync("/v1/completions", new { model = "demo", prompt = "Tavo", max_tokens = 1 })).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(null, "", "gateway,worker", 0)]
    [InlineData(null, "redis:6379", "gateway,worker", 3)]
    [InlineData(null, "redis:6379", "worker", 0)]
    [InlineData(7.0, "", "gateway,worker", 7)]
    [InlineData(0.0, "redis:6379", "gateway", 0)]
    [InlineData(7.0, "redis:6379", "worker", 0)]
    public void GatewaysOfAClusterGiveNoticeUnlessToldOtherwise(double? given, string redis, string roles, double expected)
    {
        var options = new PrebleOptions { NoticeSeconds = given, Roles = roles, ClusterSecret = "secret", Cluster = { Redis = redis } };
        Drain.Notice(options, SiloIdentity.Of(options)).TotalSeconds.Should().Be(expected);
    }

    private static WebApplication Server(params string[] options)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(
            ["--urls", "http://127.0.0.1:0", "--Preble:Workers", "1", "--Preble:Cluster:SiloPort", "0", "--Preble:Cluster:GatewayPort", "0", .. options]);
        builder.AddPreble();
        WebApplication app = builder.Build();
        app.MapPreble();
        return app;
    }
}
