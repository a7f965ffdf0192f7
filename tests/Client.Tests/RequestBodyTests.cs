using System.Text;
using System.Text.Json.Nodes;

namespace Preble.Client.Tests;

public sealed class RequestBodyTests
{
    [Fact]
    public void EveryPropertyOfAChatHasItsField() => Json(RequestBody.Of(new ChatRequest
    {
        Model = "demo",
        Messages = [ChatMessage.System("be brief"), ChatMessage.User("ä"), new ChatMessage("assistant", null) { OtherFields = new JsonObject { ["name"] = "a", ["refusal"] = null } }],
        MaxTokens = 7,
        Temperature = 0.5,
        TopP = 0.9,
        TopK = 4,
        MinP = 0.1,
        RepetitionPenalty = 1.1,
        PresencePenalty = 0.2,
        FrequencyPenalty = 0.3,
        Seed = -1,
        Stop = ["\n", "end"],
        Choices = 2,
        Logprobs = 3,
        CacheSalt = "salt",
        OtherFields = new JsonObject { ["min_tokens"] = 2 },
    })).Should().Be(Compact("""
        {"messages":[{"role":"system","content":"be brief"},{"role":"user","content":"ä"},{"role":"assistant","name":"a","refusal":null}],
        "max_completion_tokens":7,"logprobs":true,"top_logprobs":3,"model":"demo","temperature":0.5,"top_p":0.9,"top_k":4,"min_p":0.1,
        "repetition_penalty":1.1,"presence_penalty":0.2,"frequency_penalty":0.3,"seed":-1,"n":2,"stop":["\n","end"],"cache_salt":"salt","min_tokens":2}
        """));

    [Fact]
    public void WhatIsNotSaidHasNoField() =>
        Json(RequestBody.Of(new CompletionRequest { Model = "demo", Prompts = [new[] { 1, 2 }] })).Should().Be(Compact("""{"prompt":[1,2],"model":"demo"}"""));

    [Fact]
    public void AnotherFieldTakesThePlaceOfAProperty() =>
        Json(RequestBody.Of(new CompletionRequest { Model = "demo", Prompts = ["a", "b"], MaxTokens = 3, Logprobs = 0, Echo = true, OtherFields = new JsonObject { ["max_tokens"] = 4 } }))
            .Should().Be(Compact("""{"prompt":["a","b"],"logprobs":0,"echo":true,"model":"demo","max_tokens":4}"""));

    private static string Json(byte[] body) => Compact(Encoding.UTF8.GetString(body));

    private static string Compact(string json) => JsonNode.Parse(json)!.ToJsonString();
}
