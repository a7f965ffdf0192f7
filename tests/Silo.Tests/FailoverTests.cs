using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Preble.Silo.Engines;

namespace Preble.Silo.Tests;

/// <summary>An engine that stops in mid-stream, with the real model and sampler on both sides.</summary>
public sealed class FailoverTests
{
    private const string Completions = "/v1/completions";

    /// <summary>So many that the engine has not ended them before it is told to stop, however slow the test is.</summary>
    private const int Choices = 32;

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    public async Task AStreamWhoseEngineStopsGoesOnElsewhereAsIfNothingHadHappened(double temperature)
    {
        var request = new
        {
            model = "demo",
            prompt = "Tavo lives in Pemor. The port of zelu is 17. Where does Tavo live?",
            n = Choices,
            max_tokens = 900,
            seed = 11,
            temperature,
            frequency_penalty = 0.3,
            ignore_eos = true,
            stream = true,
        };
        await using var calm = new SiloApp(("Preble:Workers", "1"));
        string[] expected = Texts(await calm.ChunksAsync(Completions, request));

        await using var app = new SiloApp(("Preble:Workers", "2"));
        using var message = new HttpRequestMessage(HttpMethod.Post, Completions) { Content = new StringContent(JsonSerializer.Serialize(request), Encoding.UTF8, "application/json") };
        using HttpResponseMessage response = await app.CreateClient().SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        string worker = response.Headers.GetValues("x-preble-worker").Single();
        ((EngineHost)app.Services.GetRequiredService<EngineHosts>().Find(worker)!).Stop();
        string[] events = (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);

        events[^1].Should().Be("data: [DONE]");
        List<JsonElement> chunks = [.. events.SkipLast(1).Select(item => JsonDocument.Parse(item["data: ".Length..]).RootElement)];
        Texts(chunks).Should().Equal(expected);
        (_, JsonElement described) = await app.GetAsync($"/v1/requests/{chunks[0].GetProperty("id").GetString()}");
        described.GetProperty("attempts").GetInt32().Should().Be(2);
        described.GetProperty("worker").GetString().Should().NotBe(worker);
        described.GetProperty("completion_tokens").GetInt32().Should().Be(Choices * 900);
    }

    private static string[] Texts(List<JsonElement> chunks)
    {
        var texts = new StringBuilder[Choices];
        foreach (JsonElement choice in chunks.Select(chunk => chunk.GetProperty("choices")[0]))
        {
            (texts[choice.GetProperty("index").GetInt32()] ??= new StringBuilder()).Append(choice.GetProperty("text").GetString());
        }

        return [.. texts.Select(text => text.ToString())];
    }
}
