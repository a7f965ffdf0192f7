using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Preble.Silo.Tests;

/// <summary>The whole server in this process, with the bundled model.</summary>
public sealed class SiloApp : WebApplicationFactory<Program>
{
    private readonly Dictionary<string, string> _settings;
    private readonly Action<IServiceCollection> _configure = _ => { };

    public SiloApp()
        : this([])
    {
    }

    internal SiloApp(params (string Name, string Value)[] settings) => _settings = settings.ToDictionary(item => item.Name, item => item.Value);

    internal SiloApp(Action<IServiceCollection> configure, params (string Name, string Value)[] settings)
        : this(settings) => _configure = configure;

    /// <summary>Posts a JSON body.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> PostAsync(string path, string json)
    {
        HttpResponseMessage response = await CreateClient().PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));
        return (response.StatusCode, await ReadAsync(response), response);
    }

    public Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> PostAsync(string path, object body) =>
        PostAsync(path, JsonSerializer.Serialize(body));

    public async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string path)
    {
        HttpResponseMessage response = await CreateClient().GetAsync(path);
        return (response.StatusCode, await ReadAsync(response));
    }

    /// <summary>What /health tells of the workers of the one model. It tells of none of the models while the scheduler is slow to answer, and is asked again.</summary>
    public async Task<JsonElement[]> WorkersAsync()
    {
        JsonElement models = default;
        await Eventually.HoldsAsync(async () => (models = (await GetAsync("/health")).Body.GetProperty("models")).GetArrayLength() == 1);
        return [.. models[0].GetProperty("workers").EnumerateArray()];
    }

    /// <summary>Ids of those workers, in order.</summary>
    public async Task<string[]> WorkerIdsAsync() => [.. (await WorkersAsync()).Select(worker => worker.GetProperty("id").GetString()!).Order()];

    /// <summary>Posts a request that streams and reads it to its end.</summary>
    /// <returns>The data of every event, the closing <c>[DONE]</c> included.</returns>
    public async Task<List<string>> StreamAsync(string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json") };
        using HttpResponseMessage response = await CreateClient().SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.Content.Headers.ContentType!.MediaType.Should().Be("text/event-stream", "the answer was {0}", await response.Content.ReadAsStringAsync());
        string text = await response.Content.ReadAsStringAsync();
        text.Should().EndWith("\n\n");
        string[] events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        events.Should().OnlyContain(item => item.StartsWith("data: ", StringComparison.Ordinal));
        return [.. events.Select(item => item["data: ".Length..])];
    }

    /// <summary>The chunks of a stream that ended well.</summary>
    public async Task<List<JsonElement>> ChunksAsync(string path, object body)
    {
        List<string> events = await StreamAsync(path, body);
        events[^1].Should().Be("[DONE]");
        return [.. events.SkipLast(1).Select(item => JsonDocument.Parse(item).RootElement)];
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        // What is expected of workers is expected of those on the CPU, also where there is a GPU.
        builder.UseSetting("Preble:Device", "cpu");

        // On the host that has ports for other silos, several apps at once need ports of their own.
        builder.UseSetting("Preble:Cluster:SiloPort", "0").UseSetting("Preble:Cluster:GatewayPort", "0");
        foreach ((string name, string value) in _settings)
        {
            builder.UseSetting(name, value);
        }

        builder.ConfigureTestServices(_configure);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        string text = await response.Content.ReadAsStringAsync();
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }
}
