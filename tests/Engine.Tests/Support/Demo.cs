using System.Text.Json;

namespace Preble.Engine.Tests.Support;

/// <summary>The bundled model and what an independent implementation says of it.</summary>
internal static class Demo
{
    internal static string Folder { get; } = FindFolder();

    internal static IReadOnlyList<ReferencePrompt> Prompts { get; } =
    [
        .. File.ReadLines(Path.Combine(Folder, "reference.jsonl"))
            .Select(line => JsonSerializer.Deserialize<ReferencePrompt>(line, new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower })!),
    ];

    private static string FindFolder()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Preble.sln")))
            {
                return Path.Combine(at.FullName, "models", "demo");
            }
        }

        throw new DirectoryNotFoundException("No folder above the tests holds Preble.sln.");
    }
}
