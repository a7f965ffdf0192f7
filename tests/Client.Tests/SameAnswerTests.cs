using System.Text.Json;
using System.Text.Json.Nodes;

namespace Preble.Client.Tests;

/// <summary>The client's answers are the HTTP API's.</summary>
[Collection(Served.Name)]
public sealed class SameAnswerTests(Served served)
{
    private static readonly ChatMessage[] Question =
        [ChatMessage.System("Answer from the document.\nThe capital of Zorvi is Makel.\nTavo lives in Pemor."), ChatMessage.User("Where does Tavo live?")];

    private static readonly ChatRequest Chat = new() { Model = "demo", Messages = Question, Temperature = 0 };
    private static readonly CompletionRequest Completion = new() { Model = "demo", Prompts = ["The capital of Zorvi is Makel. The capital of Zorvi is"], Temperature = 0 };

    public static TheoryData<string> Chats => new(ChatRequests.Keys);

    public static TheoryData<string> Completions => new(CompletionRequests.Keys);

    private static Dictionary<string, ChatRequest> ChatRequests { get; } = new()
    {
        ["greedy"] = Chat,
        ["several seeded choices"] = Chat with { Choices = 3, Temperature = 1.5, Seed = 7, TopP = 0.9, TopK = 40, MinP = 0.01, MaxTokens = 24 },
        ["penalties"] = Chat with { RepetitionPenalty = 1.3, PresencePenalty = 0.5, FrequencyPenalty = 0.5, MaxTokens = 24 },
        ["stop string"] = Chat with { Stop = ["Pemor", "never"] },
        ["log-probabilities"] = Chat with { Logprobs = 2, CacheSalt = "mine" },
        ["other fields"] = Chat with { MaxTokens = 99, OtherFields = new JsonObject { ["ignore_eos"] = true, ["max_completion_tokens"] = 30 } },
    };

    private static Dictionary<string, CompletionRequest> CompletionRequests { get; } = new()
    {
        ["greedy"] = Completion,
        ["several prompts and choices"] = Completion with { Prompts = ["Tavo lives in", "The port of zelu is 17.", "Makel"], Choices = 2, Seed = 3, Temperature = 1, MaxTokens = 12 },
        ["tokens"] = Completion with { Prompts = [new[] { 5, 9, 300, 41, 77, 12, 6, 150, 33, 20, 8, 61, 99, 140, 7, 18, 256, 31 }] },
        ["several prompts of tokens"] = Completion with { Prompts = [new[] { 5, 9, 300 }, new[] { 41, 77 }], MaxTokens = 5 },
        ["echo"] = Completion with { Prompts = ["Tavo lives in", "Makel is"], Echo = true },
        ["log-probabilities"] = Completion with { Logprobs = 3 },
    };

    [Theory]
    [MemberData(nameof(Chats))]
    public async Task AChatHasTheSameTextUsageAndEnds(string name) =>
        Told(await served.Client.ChatAsync(ChatRequests[name])).Should().Be(await ToldOverHttpAsync("/v1/chat/completions", RequestBody.Of(ChatRequests[name])));

    [Theory]
    [MemberData(nameof(Completions))]
    public async Task ACompletionHasTheSameTextUsageAndEnds(string name) =>
        Told(await served.Client.CompleteAsync(CompletionRequests[name]))
            .Should().Be(await ToldOverHttpAsync("/v1/completions", RequestBody.Of(CompletionRequests[name])));

    [Fact]
    public async Task TheDocumentedQuestionHasItsAnswer()
    {
        GenerationResult result = await served.Client.ChatAsync(Chat);
        result.Text.Should().Be("Tavo lives in Pemor.");
        result.Choices.Should().ContainSingle().Which.FinishReason.Should().Be("stop");
        result.RequestId.Should().StartWith("chatcmpl-");
        result.Usage.Should().Be(new TokenUsage(42, 10, result.Usage.CachedTokens));
        result.Usage.TotalTokens.Should().Be(52);
    }

    [Fact]
    public async Task LogProbabilitiesComeWithEveryToken()
    {
        GenerationChoice choice = (await served.Client.ChatAsync(Chat with { Logprobs = 2 })).Choices[0];
        choice.Logprobs.Should().HaveSameCount(choice.Tokens).And.OnlyContain(item => item.Top.Length == 2 && item.Logprob <= 0);
        (await served.Client.ChatAsync(Chat)).Choices[0].Logprobs.Should().BeNull();
    }

    [Fact]
    public async Task TheStopThatEndedAChoiceIsTold()
    {
        (await served.Client.ChatAsync(Chat with { Stop = ["Pem"] })).Choices[0].StopString.Should().Be("Pem");
        int token = (await served.Client.ChatAsync(Chat)).Choices[0].Tokens[2];
        GenerationRequest ended = Chat with { OtherFields = new JsonObject { ["stop_token_ids"] = new JsonArray(token) } };
        (await served.Client.ChatAsync((ChatRequest)ended)).Choices[0].StopToken.Should().Be(token);
    }

    /// <summary>Each asks for the second time, when what can be cached is.</summary>
    private async Task<string> ToldOverHttpAsync(string path, byte[] body)
    {
        JsonElement answer = await served.Host.Server.PostAsync(path, body);
        answer.TryGetProperty("choices", out JsonElement choices).Should().BeTrue(answer.ToString());
        JsonElement usage = answer.GetProperty("usage");
        return Told(
            choices.EnumerateArray().Select(choice => (
                choice.TryGetProperty("text", out JsonElement text) ? text.GetString()! : choice.GetProperty("message").GetProperty("content").GetString()!,
                choice.GetProperty("finish_reason").GetString()!)),
            usage.GetProperty("prompt_tokens").GetInt32(),
            usage.GetProperty("completion_tokens").GetInt32());
    }

    private static string Told(GenerationResult result) =>
        Told(result.Choices.Select(choice => (choice.Text, choice.FinishReason)), result.Usage.PromptTokens, result.Usage.CompletionTokens);

    private static string Told(IEnumerable<(string Text, string Finish)> choices, int prompt, int completion) =>
        string.Join('\n', choices.Select(choice => $"{choice.Finish}: {JsonSerializer.Serialize(choice.Text)}")) + $"\n{prompt}+{completion}";
}
