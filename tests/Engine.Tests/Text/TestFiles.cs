using System.Text.Json;
using System.Text.Json.Nodes;
using Preble.Engine.Text;

namespace Preble.Engine.Tests.Text;

/// <summary>Files of the repository, and model folders made for a test.</summary>
internal static class TestFiles
{
    internal static string Repository => RepositoryRoot.Folder;

    internal static string DemoModel => Path.Combine(Repository, "models", "demo");

    internal static JsonDocument Fixture(string name) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository, "tests", "Engine.Tests", "Text", "Fixtures", name)));

    /// <summary>The base tokenizer of the fixtures, as a tree that a test may change.</summary>
    internal static JsonObject BaseTokenizer()
    {
        using var fixture = Fixture("tokenizers.json");
        return JsonNode.Parse(fixture.RootElement.GetProperty("base").GetRawText())!.AsObject();
    }

    /// <summary>A variant of the fixtures' tokenizer.</summary>
    internal static JsonObject Variant(string name)
    {
        using var fixture = Fixture("tokenizers.json");
        var file = BaseTokenizer();
        foreach (var member in fixture.RootElement.GetProperty("variants").GetProperty(name).EnumerateObject())
        {
            if (member.Name == "model")
            {
                foreach (var inner in member.Value.EnumerateObject())
                {
                    file["model"]![inner.Name] = JsonNode.Parse(inner.Value.GetRawText());
                }
            }
            else
            {
                file[member.Name] = JsonNode.Parse(member.Value.GetRawText());
            }
        }

        return file;
    }

    internal static Tokenizer Load(JsonNode tokenizer) => InFolder("tokenizer.json", tokenizer.ToJsonString(), Tokenizer.Load);

    /// <summary>Runs with a folder that holds one file, and removes it again.</summary>
    internal static T InFolder<T>(string file, string text, Func<string, T> run)
    {
        var folder = Directory.CreateTempSubdirectory("preble-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, file), text);
            return run(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
