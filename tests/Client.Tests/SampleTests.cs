using System.Diagnostics;

namespace Preble.Client.Tests;

/// <summary>The sample, as the program that it is.</summary>
[Collection(Served.Name)]
public sealed class SampleTests(Served served)
{
    [Fact]
    public async Task TheSampleAnswersWhatItIsAsked()
    {
        // Built as these tests are, so that it lies where they lie in their own folder.
        string folder = Path.GetRelativePath(Path.Combine(RepositoryRoot.Folder, "tests", "Client.Tests"), AppContext.BaseDirectory);
        string program = Path.Combine(RepositoryRoot.Folder, "samples", "Chat", folder, "Preble.Chat.dll");
        using Process chat = Process.Start(new ProcessStartInfo("dotnet", [program, .. served.Host.SampleArguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = chat.StandardError.ReadToEndAsync();
        await chat.StandardInput.WriteLineAsync("Where does Tavo live?");
        chat.StandardInput.Close();

        string output = await chat.StandardOutput.ReadToEndAsync();

        await chat.WaitForExitAsync();
        chat.ExitCode.Should().Be(0, await errors);
        output.Should().Contain("Tavo lives in Pemor.\n[42 prompt tokens, ").And.Contain("cached on demo-cpu-");
    }
}
