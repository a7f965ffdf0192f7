using System.Net;
using System.Text.Json;

namespace Preble.Silo.Tests;

public sealed class DocumentTests(SiloApp app) : IClassFixture<SiloApp>
{
    private const string Chat = "/v1/chat/completions";

    [Fact]
    public async Task TheSecondQuestionToADocumentFindsMostOfItsPromptCached()
    {
        Documents.Document document = Documents.All[0];
        for (int index = 0; index < 2; index++)
        {
            Documents.Question question = document.Questions[index];
            if (index == 1)
            {
                await CacheNews.HaveComeAsync(app, Documents.Chat(document, question));
            }

            (HttpStatusCode status, JsonElement body, _) = await app.PostAsync(Chat, Documents.Chat(document, question));

            status.Should().Be(HttpStatusCode.OK);
            body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString().Should().Be(question.Answer);
            JsonElement usage = body.GetProperty("usage");
            usage.GetProperty("prompt_tokens").GetInt32().Should().Be(question.PromptTokens);
            if (index == 1)
            {
                usage.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32().Should().BeGreaterThan(question.PromptTokens / 2);
            }
        }
    }

    [Fact]
    public async Task AStreamSaysTheSameAndFindsThePromptCached()
    {
        Documents.Document document = Documents.All[1];
        for (int index = 0; index < 2; index++)
        {
            Documents.Question question = document.Questions[index];
            if (index == 1)
            {
                await CacheNews.HaveComeAsync(app, Documents.Chat(document, question));
            }

            List<JsonElement> chunks = await app.ChunksAsync(Chat, new
            {
                model = "demo",
                temperature = 0,
                stream = true,
                stream_options = new { include_usage = true },
                messages = Documents.Messages(document, question),
            });

            string text = string.Concat(chunks.Where(HasChoice).Select(Delta));
            text.Should().Be(question.Answer);
            if (index == 1)
            {
                JsonElement usage = chunks[^1].GetProperty("usage");
                usage.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32().Should().BeGreaterThan(question.PromptTokens / 2);
            }
        }
    }

    [Theory]
    [InlineData("marginal-cost")]
    [InlineData("e2")]
    [InlineData("least-load")]
    [InlineData("round-robin")]
    public async Task SixtyFourConcurrentRequestsOverEightDocumentsAreAnsweredAsAloneAndSpreadOverTheWorkers(string policy)
    {
        await using var own = new SiloApp(("Preble:Policy", policy));
        var asked = Documents.All.SelectMany(document => document.Questions.Select(question => (document, question))).ToArray();
        asked.Should().HaveCount(64);

        var answers = await Task.WhenAll(asked.Select(async item =>
        {
            (HttpStatusCode status, JsonElement body, HttpResponseMessage response) = await own.PostAsync(Chat, Documents.Chat(item.document, item.question));
            status.Should().Be(HttpStatusCode.OK);
            return (Text: body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(),
                Cached: body.GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32(),
                Worker: response.Headers.GetValues("x-preble-worker").Single());
        }));

        answers.Select(answer => answer.Text).Should().Equal(asked.Select(item => item.question.Answer));
        answers.Select(answer => answer.Worker).Distinct().Should().HaveCountGreaterThan(1);
        if (policy is "marginal-cost" or "e2")
        {
            int prompt = asked.Sum(item => item.question.PromptTokens);
            answers.Sum(answer => answer.Cached).Should().BeGreaterThan(prompt / 3, "half of the questions find their document computed even if every worker computes it");
        }
    }

    [Fact]
    public async Task AMemoryThatEvictsAllTheTimeChangesNoAnswer()
    {
        await using var own = new SiloApp(("Preble:KvTokens", "1024"), ("Preble:Workers", "2"), ("Preble:StepTokensMax", "64"));
        var asked = Documents.All.SelectMany(document => document.Questions.Take(3).Select(question => (document, question))).ToArray();

        string?[] answers = await Task.WhenAll(asked.Select(async item =>
        {
            (_, JsonElement body, _) = await own.PostAsync(Chat, Documents.Chat(item.document, item.question));
            return body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();
        }));

        answers.Should().Equal(asked.Select(item => item.question.Answer));
    }

    private static bool HasChoice(JsonElement chunk) => chunk.GetProperty("choices").GetArrayLength() > 0;

    private static string Delta(JsonElement chunk) =>
        chunk.GetProperty("choices")[0].GetProperty("delta").TryGetProperty("content", out JsonElement content) ? content.GetString()! : "";
}
