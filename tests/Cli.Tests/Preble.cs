using Preble.Cli.CommandLine;

namespace Preble.Cli.Tests;

/// <summary>The command as a user runs it, without the process around it.</summary>
internal sealed record Preble(int Code, string Output, string Errors)
{
    public static Task<Preble> RunAsync(params string[] arguments) => RunAsync(CancellationToken.None, arguments);

    public static async Task<Preble> RunAsync(CancellationToken cancel, params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int code = await PrebleCommand.RunAsync(arguments, new Terminal(output, errors, false, false), TimeProvider.System, cancel);
        return new Preble(code, output.ToString(), errors.ToString());
    }

    /// <summary>Words between spaces.</summary>
    public static Task<Preble> RunLineAsync(string line) => RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
