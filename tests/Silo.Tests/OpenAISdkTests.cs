using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Models;

namespace Preble.Silo.Tests;

/// <summary>The official .NET SDK, unchanged.</summary>
public sealed class OpenAISdkTests(SiloApp app) : IClassFixture<SiloApp>
{
    private OpenAIClient Client => new(new ApiKeyCredential("none"), new OpenAIClientOptions
    {
        Endpoint = new Uri(app.Server.BaseAddress, "v1"),
        Transport = new HttpClientPipelineTransport(app.CreateClient()),
        RetryPolicy = new ClientRetryPolicy(0),
    });

    [Fact]
    public async Task AChatIsAnsweredWithUsage()
    {
        Documents.Document document = Documents.All[2];
        for (int index = 0; index < 2; index++)
        {
            if (index == 1)
            {
                await CacheNews.HaveComeAsync(app, Documents.Chat(document, document.Questions[index]));
            }

            ChatCompletion completion = await Client.GetChatClient("demo").CompleteChatAsync(Messages(document, index), new ChatCompletionOptions { Temperature = 0 });

            completion.Content[0].Text.Should().Be(document.Questions[index].Answer);
            completion.FinishReason.Should().Be(ChatFinishReason.Stop);
            completion.Role.Should().Be(ChatMessageRole.Assistant);
            completion.Usage.InputTokenCount.Should().Be(document.Questions[index].PromptTokens);
            completion.Usage.TotalTokenCount.Should().Be(completion.Usage.InputTokenCount + completion.Usage.OutputTokenCount);
            completion.Usage.InputTokenDetails.CachedTokenCount.Should().BeGreaterThanOrEqualTo(index * completion.Usage.InputTokenCount / 2);
        }
    }

    [Fact]
    public async Task AChatStreams()
    {
        Documents.Document document = Documents.All[3];
        var text = new StringBuilder();
        ChatFinishReason? finish = null;
        ChatTokenUsage? usage = null;
        await foreach (StreamingChatCompletionUpdate update in Client.GetChatClient("demo").CompleteChatStreamingAsync(Messages(document, 0), new ChatCompletionOptions { Temperature = 0 }))
        {
            text.AppendJoin("", update.ContentUpdate.Select(part => part.Text));
            finish = update.FinishReason ?? finish;
            usage = update.Usage ?? usage;
        }

        text.ToString().Should().Be(document.Questions[0].Answer);
        finish.Should().Be(ChatFinishReason.Stop);
        usage!.InputTokenCount.Should().Be(document.Questions[0].PromptTokens, "the SDK asks for the usage chunk");
    }

    [Fact]
    public async Task LogProbabilitiesAreThoseOfTheAnswer()
    {
        Documents.Document document = Documents.All[4];
        var options = new ChatCompletionOptions { Temperature = 0, IncludeLogProbabilities = true, TopLogProbabilityCount = 3 };

        ChatCompletion completion = await Client.GetChatClient("demo").CompleteChatAsync(Messages(document, 0), options);

        completion.ContentTokenLogProbabilities.Should().HaveCount(completion.Usage.OutputTokenCount);
        string.Concat(completion.ContentTokenLogProbabilities.SkipLast(1).Select(token => token.Token)).Should().Be(document.Questions[0].Answer);
        foreach (ChatTokenLogProbabilityDetails token in completion.ContentTokenLogProbabilities)
        {
            token.TopLogProbabilities.Should().HaveCount(3);
            token.TopLogProbabilities[0].Token.Should().Be(token.Token, "greedy takes the likeliest");
            token.LogProbability.Should().BeLessThanOrEqualTo(0).And.Be(token.TopLogProbabilities[0].LogProbability);
        }
    }

    [Fact]
    public async Task ModelsAreListed()
    {
        OpenAIModelCollection models = await Client.GetOpenAIModelClient().GetModelsAsync();
        models.Should().ContainSingle().Which.Id.Should().Be("demo");
    }

    [Fact]
    public async Task ErrorsReachTheCallerWithTheirStatus()
    {
        Func<Task> unknown = () => Client.GetChatClient("absent").CompleteChatAsync(new UserChatMessage("Hello"));
        (await unknown.Should().ThrowAsync<ClientResultException>()).Which.Status.Should().Be(404);

        Func<Task> tooLong = () => Client.GetChatClient("demo").CompleteChatAsync(new UserChatMessage(new string('?', 3000)));
        (await tooLong.Should().ThrowAsync<ClientResultException>()).WithMessage("*context_length_exceeded*").Which.Status.Should().Be(400);
    }

    private static ChatMessage[] Messages(Documents.Document document, int question) =>
        [new SystemChatMessage(document.System), new UserChatMessage(document.Questions[question].Text)];
}
