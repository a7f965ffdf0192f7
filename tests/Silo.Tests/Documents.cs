using System.Text.Json;

namespace Preble.Silo.Tests;

/// <summary>Documents of 12 facts with 8 questions each, and the greedy answers of an independent implementation (models/demo/train/documents.py).</summary>
internal static class Documents
{
    public static IReadOnlyList<Document> All { get; } =
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "documents.jsonl")).Select(Document.Parse)];

    public static object Chat(Document document, Question question, bool stream = false) => new
    {
        model = "demo",
        temperature = 0,
        stream,
        messages = Messages(document, question),
    };

    public static object[] Messages(Document document, Question question) =>
        [new { role = "system", content = document.System }, new { role = "user", content = question.Text }];

    public sealed record Document(string System, Question[] Questions)
    {
        public static Document Parse(string line)
        {
            JsonElement json = JsonDocument.Parse(line).RootElement;
            return new Document(json.GetProperty("system").GetString()!, [.. json.GetProperty("questions").EnumerateArray().Select(Question.Parse)]);
        }
    }

    public sealed record Question(string Text, string Answer, int PromptTokens)
    {
        public static Question Parse(JsonElement json) =>
            new(json.GetProperty("question").GetString()!, json.GetProperty("greedy_text").GetString()!, json.GetProperty("prompt_tokens").GetInt32());
    }
}
