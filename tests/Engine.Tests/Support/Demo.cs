using System.Text.Json;

namespace Preble.Engine.Tests.Support;

/// <summary>The bundled model and what an independent implementation says of it.</summary>
internal static class Demo
{
    internal static string Folder { get; } = Path.Combine(RepositoryRoot.Folder, "models", "demo");

    internal static IReadOnlyList<ReferencePrompt> Prompts { get; } =
    [
        .. File.ReadLines(Path.Combine(Folder, "reference.jsonl"))
            .Select(line => JsonSerializer.Deserialize<ReferencePrompt>(line, new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower })!),
    ];
}
