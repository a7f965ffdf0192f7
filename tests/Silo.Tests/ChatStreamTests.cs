using System.Text.Json;

namespace Preble.Silo.Tests;

/// <summary>What clients and benchmarks read from a stream.</summary>
public sealed class ChatStreamTests(SiloApp app) : IClassFixture<SiloApp>
{
    private const string Chat = "/v1/chat/completions";
    private static readonly object[] Messages = Documents.Messages(Documents.All[0], Documents.All[0].Questions[0]);

    [Fact]
    public async Task EveryChunkHasTheSameIdAndOnlyTheFirstHasTheRole()
    {
        List<JsonElement> chunks = await app.ChunksAsync(Chat, new { model = "demo", stream = true, messages = Messages });

        chunks.Select(chunk => chunk.GetProperty("id").GetString()).Distinct().Should().ContainSingle().Which.Should().StartWith("chatcmpl-");
        chunks.Select(chunk => chunk.GetProperty("created").GetInt64()).Distinct().Should().ContainSingle();
        chunks.Should().OnlyContain(chunk => chunk.GetProperty("object").GetString() == "chat.completion.chunk" && chunk.GetProperty("choices").GetArrayLength() == 1);
        chunks.Count(chunk => Delta(chunk).TryGetProperty("role", out _)).Should().Be(1);
        Delta(chunks[0]).GetProperty("role").GetString().Should().Be("assistant");
        Delta(chunks[0]).GetProperty("content").GetString().Should().NotBeEmpty("the first chunk is the first token");
        chunks.SkipLast(1).Should().OnlyContain(chunk => chunk.GetProperty("choices")[0].GetProperty("finish_reason").ValueKind == JsonValueKind.Null);
        chunks[^1].GetProperty("choices")[0].GetProperty("finish_reason").GetString().Should().Be("stop");
        chunks.Exists(chunk => chunk.TryGetProperty("usage", out _)).Should().BeFalse("nobody asked for it, and some clients break on it");
    }

    [Fact]
    public async Task TheUsageChunkComesLastWithoutChoicesAndAllOthersCarryNull()
    {
        List<JsonElement> chunks = await app.ChunksAsync(Chat, new { model = "demo", stream = true, stream_options = new { include_usage = true }, messages = Messages });

        chunks[^1].GetProperty("choices").GetArrayLength().Should().Be(0);
        JsonElement usage = chunks[^1].GetProperty("usage");
        usage.GetProperty("completion_tokens").GetInt32().Should().Be(chunks.Count - 1, "each token has a chunk");
        chunks.SkipLast(1).Should().OnlyContain(chunk => chunk.GetProperty("usage").ValueKind == JsonValueKind.Null);
    }

    [Fact]
    public async Task ContinuousUsageCountsUp()
    {
        var options = new { include_usage = true, continuous_usage_stats = true };
        List<JsonElement> chunks = await app.ChunksAsync(Chat, new { model = "demo", stream = true, stream_options = options, messages = Messages });

        chunks.SkipLast(1).Select(chunk => chunk.GetProperty("usage").GetProperty("completion_tokens").GetInt32())
            .Should().Equal(Enumerable.Range(1, chunks.Count - 1));
    }

    [Fact]
    public async Task ChoicesInterleaveAndGreedyOnesAreEqual()
    {
        List<JsonElement> chunks = await app.ChunksAsync(Chat, new { model = "demo", stream = true, n = 3, temperature = 0, messages = Messages });

        string[] texts = [.. Enumerable.Range(0, 3).Select(index => string.Concat(chunks.Where(chunk => Index(chunk) == index).Select(Text)))];
        texts.Should().OnlyContain(text => text == Documents.All[0].Questions[0].Answer);
        chunks.Count(chunk => chunk.GetProperty("choices")[0].GetProperty("finish_reason").ValueKind == JsonValueKind.String).Should().Be(3);
    }

    [Fact]
    public async Task LogProbabilitiesStreamWithTheirTokens()
    {
        List<JsonElement> chunks = await app.ChunksAsync(Chat, new { model = "demo", stream = true, logprobs = true, top_logprobs = 2, messages = Messages });

        foreach (JsonElement chunk in chunks)
        {
            JsonElement content = chunk.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("content");
            content.GetArrayLength().Should().Be(1);
            content[0].GetProperty("top_logprobs").GetArrayLength().Should().Be(2);
            content[0].GetProperty("bytes").GetArrayLength().Should().BePositive();
        }
    }

    private static JsonElement Delta(JsonElement chunk) => chunk.GetProperty("choices")[0].GetProperty("delta");

    private static int Index(JsonElement chunk) => chunk.GetProperty("choices")[0].GetProperty("index").GetInt32();

    private static string Text(JsonElement chunk) => Delta(chunk).TryGetProperty("content", out JsonElement content) ? content.GetString()! : "";
}
