using Preble.Client;

namespace Preble.Chat;

/// <summary>Questions from a reader, answers to a writer, until there is no further line.</summary>
internal static class Conversation
{
    private const string Document = "Answer from the document.\nThe capital of Zorvi is Makel.\nTavo lives in Pemor.";

    /// <param name="client">Answers.</param>
    /// <param name="model">Null for the first that is served.</param>
    /// <param name="system">What the model is to know; null for some facts that the bundled model can answer from.</param>
    /// <param name="questions">A line each.</param>
    /// <param name="answers">Gets the answers, as they come.</param>
    public static async Task RunAsync(IPrebleClient client, string? model, string? system, TextReader questions, TextWriter answers)
    {
        model ??= (await client.ModelsAsync())[0].Name;
        List<ChatMessage> messages = [ChatMessage.System(system ?? Document)];
        await answers.WriteLineAsync($"{model}> {messages[0].Content}");
        while (await questions.ReadLineAsync() is { } question)
        {
            messages.Add(ChatMessage.User(question));
            try
            {
                messages.Add(ChatMessage.Assistant(await AnswerAsync(client, new ChatRequest { Model = model, Messages = messages, Temperature = 0 }, answers)));
            }
            catch (PrebleException exception)
            {
                messages.RemoveAt(messages.Count - 1);
                await answers.WriteLineAsync($"[{exception.Failure}] {exception.Message}");
            }
        }
    }

    private static async Task<string> AnswerAsync(IPrebleClient client, ChatRequest request, TextWriter answers)
    {
        string text = "";
        await foreach (GenerationDelta delta in client.StreamChatAsync(request))
        {
            text += delta.Text;
            await answers.WriteAsync(delta.Text);
            if (delta.Usage is { } usage)
            {
                await answers.WriteLineAsync($"\n[{usage.PromptTokens} prompt tokens, {usage.CachedTokens} of them cached on {delta.WorkerId}]");
            }
        }

        return text;
    }
}
