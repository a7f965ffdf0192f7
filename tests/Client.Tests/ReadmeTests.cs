using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Preble.Client.Tests;

/// <summary>The README's code stands here, compiled and run as far as it needs no cluster.</summary>
[Collection(Served.Name)]
public sealed partial class ReadmeTests(Served served)
{
    [Fact]
    public void EveryLineOfTheReadmesCodeIsCompiledHere()
    {
        string folder = Path.Combine(RepositoryRoot.Folder, "tests", "Client.Tests");
        HashSet<string> compiled = [.. File.ReadLines(Path.Combine(folder, "ReadmeTests.cs")).Select(line => line.Trim())];
        string readme = File.ReadAllText(Path.Combine(RepositoryRoot.Folder, "README.md"));

        string[] lines = [.. Block().Matches(readme).SelectMany(match => match.Groups["text"].Value.Split('\n')).Select(line => line.Trim()).Where(line => line.Length > 0)];

        lines.Should().NotBeEmpty().And.BeSubsetOf(compiled);
    }

    [Fact]
    public async Task TheReadmesQuestionIsAnsweredAsItComes()
    {
        IPrebleClient client = served.Client;
        CancellationToken cancellationToken = CancellationToken.None;
        var Console = new StringWriter();

        var question = new ChatRequest { Model = "demo", Messages = [ChatMessage.User("Where does Tavo live?")], MaxTokens = 20, Temperature = 0 };
        await foreach (GenerationDelta delta in client.StreamChatAsync(question, cancellationToken))
        {
            Console.Write(delta.Text);
        }

        Console.ToString().Should().Be((await client.ChatAsync(question, cancellationToken)).Text).And.NotBeEmpty();
    }

    /// <summary>Compiled, not run: there is no cluster here.</summary>
    internal static void Connect(WebApplicationBuilder builder)
    {
        builder.Services.AddPrebleClient(options => options.Redis = "localhost:6380");
    }

    [GeneratedRegex("^```csharp\n(?<text>.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
