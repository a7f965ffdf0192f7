using System.Net;
using System.Text.Json;

namespace Preble.Silo.Tests;

public sealed class CompletionTests(SiloApp app) : IClassFixture<SiloApp>
{
    private const string Completions = "/v1/completions";
    private const string Prompt = "<|system|>Answer from the document.\nTavo lives in Pemor.<|end|>\n<|user|>Where does Tavo live?<|end|>\n<|assistant|>";
    private const string Answer = "Tavo lives in Pemor.";

    [Fact]
    public async Task APromptIsAStringOrItsTokensOrAnArrayOfEither()
    {
        int[] tokens = Tokenizer().Encode(Prompt, addSpecialTokens: true, parseSpecial: true);
        foreach (object prompt in new object[] { Prompt, tokens, new[] { Prompt }, new[] { tokens } })
        {
            JsonElement body = await CompleteAsync(new { model = "demo", prompt, max_tokens = 30 });
            body.GetProperty("object").GetString().Should().Be("text_completion");
            body.GetProperty("choices")[0].GetProperty("text").GetString().Should().Be(Answer);
            body.GetProperty("usage").GetProperty("prompt_tokens").GetInt32().Should().Be(tokens.Length);
        }
    }

    [Fact]
    public async Task SeveralPromptsWithSeveralChoicesAreIndexedPromptByPrompt()
    {
        string other = Prompt.Replace("Pemor", "Makel");
        JsonElement body = await CompleteAsync(new { model = "demo", prompt = new[] { Prompt, other }, n = 2, max_tokens = 30 });

        JsonElement choices = body.GetProperty("choices");
        choices.EnumerateArray().Select(choice => choice.GetProperty("index").GetInt32()).Should().Equal(0, 1, 2, 3);
        choices.EnumerateArray().Select(choice => choice.GetProperty("text").GetString()).Should().Equal(Answer, Answer, "Tavo lives in Makel.", "Tavo lives in Makel.");
        JsonElement usage = body.GetProperty("usage");
        usage.GetProperty("total_tokens").GetInt32().Should().Be(usage.GetProperty("prompt_tokens").GetInt32() + usage.GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task AStreamSaysTheSameAsTheWhole()
    {
        List<JsonElement> chunks = await app.ChunksAsync(Completions, new { model = "demo", prompt = new[] { Prompt, Prompt }, max_tokens = 30, stream = true });
        for (int index = 0; index < 2; index++)
        {
            string.Concat(chunks.Select(chunk => chunk.GetProperty("choices")[0]).Where(choice => choice.GetProperty("index").GetInt32() == index)
                .Select(choice => choice.GetProperty("text").GetString())).Should().Be(Answer);
        }
    }

    [Fact]
    public async Task TheLimitDefaultsToSixteenTokensAndEndsWithLength()
    {
        JsonElement body = await CompleteAsync(new { model = "demo", prompt = "Tavo", ignore_eos = true });
        body.GetProperty("usage").GetProperty("completion_tokens").GetInt32().Should().Be(16);
        body.GetProperty("choices")[0].GetProperty("finish_reason").GetString().Should().Be("length");
    }

    [Theory]
    [InlineData("in", "Tavo lives ", false)]
    [InlineData("ves in P", "Tavo li", false)]
    [InlineData("ves in P", "Tavo lives in P", true)]
    [InlineData("Tavo", "", false)]
    public async Task AStopStringEndsTheTextWhereItBeginsAlsoAcrossTokens(string stop, string expected, bool include)
    {
        var request = new { model = "demo", prompt = Prompt, max_tokens = 30, stop = new[] { "never seen", stop }, include_stop_str_in_output = include };
        JsonElement body = await CompleteAsync(request);
        JsonElement choice = body.GetProperty("choices")[0];
        choice.GetProperty("text").GetString().Should().Be(expected);
        choice.GetProperty("finish_reason").GetString().Should().Be("stop");
        choice.GetProperty("stop_reason").GetString().Should().Be(stop);
    }

    [Fact]
    public async Task EchoPutsThePromptBefore()
    {
        JsonElement body = await CompleteAsync(new { model = "demo", prompt = "Tavo lives", max_tokens = 1, echo = true });
        body.GetProperty("choices")[0].GetProperty("text").GetString().Should().StartWith("Tavo lives");

        body = await CompleteAsync(new { model = "demo", prompt = Prompt, max_tokens = 30, echo = true });
        body.GetProperty("choices")[0].GetProperty("text").GetString().Should().Be(Prompt + Answer, "special tokens of a prompt that came as text stay");
    }

    [Fact]
    public async Task LogProbabilitiesHaveTheClassicForm()
    {
        JsonElement body = await CompleteAsync(new { model = "demo", prompt = Prompt, max_tokens = 30, logprobs = 2 });
        JsonElement logprobs = body.GetProperty("choices")[0].GetProperty("logprobs");
        int tokens = body.GetProperty("usage").GetProperty("completion_tokens").GetInt32();
        foreach (string name in new[] { "tokens", "token_logprobs", "top_logprobs", "text_offset" })
        {
            logprobs.GetProperty(name).GetArrayLength().Should().Be(tokens);
        }

        logprobs.GetProperty("text_offset")[0].GetInt32().Should().Be(0);
        logprobs.GetProperty("top_logprobs")[0].EnumerateObject().Should().HaveCount(2);
    }

    [Fact]
    public async Task ASeedFixesTheTextAndChoicesDiffer()
    {
        object request = new { model = "demo", prompt = "The", max_tokens = 24, temperature = 1.5, seed = 7, n = 4, ignore_eos = true };
        string[] first = Texts(await CompleteAsync(request));
        string[] second = Texts(await CompleteAsync(request));

        second.Should().Equal(first);
        first.Distinct().Should().HaveCountGreaterThan(1);
    }

    [Fact]
    public async Task EqualPromptsOfOneCallDrawForThemselvesUnlessASeedIsGiven()
    {
        string[] prompts = ["Tavo", "Tavo", "Tavo", "Tavo"];
        Texts(await CompleteAsync(new { model = "demo", prompt = prompts, max_tokens = 16, temperature = 2, ignore_eos = true })).Distinct().Should().HaveCountGreaterThan(1);
        Texts(await CompleteAsync(new { model = "demo", prompt = prompts, max_tokens = 16, temperature = 2, ignore_eos = true, seed = 3 })).Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task TenantsWithDifferentSaltsShareNothing()
    {
        // On one worker, so that what is cached does not hang on where a prompt was placed.
        await using var one = new SiloApp(("Preble:Workers", "1"));
        string prompt = Prompt.Replace("Tavo", "Zelu");
        foreach ((string? salt, bool cached) in new[] { ("a", false), ("b", false), ("a", true), (null, false), ("b", true) })
        {
            JsonElement body = await CompleteAsync(one, new { model = "demo", prompt, max_tokens = 4, cache_salt = salt });
            int tokens = body.GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32();
            (tokens > 0).Should().Be(cached, "salt {0}", salt);
        }
    }

    private static string[] Texts(JsonElement body) => [.. body.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("text").GetString()!)];

    private static Engine.Text.Tokenizer Tokenizer() => Engine.Text.Tokenizer.Load(Path.Combine(AppContext.BaseDirectory, "models", "demo"));

    private Task<JsonElement> CompleteAsync(object request) => CompleteAsync(app, request);

    private static async Task<JsonElement> CompleteAsync(SiloApp server, object request)
    {
        (HttpStatusCode status, JsonElement body, _) = await server.PostAsync(Completions, request);
        status.Should().Be(HttpStatusCode.OK, body.ToString());
        return body;
    }
}
