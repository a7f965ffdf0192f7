using Preble.Cli.CommandLine;
using Preble.Kernels.Driver;

namespace Preble.Cli.Tests;

/// <summary>The command as a user runs it, without the process around it.</summary>
internal sealed record Preble(int Code, string Output, string Errors)
{
    public static Task<Preble> RunAsync(params string[] arguments) => RunAsync(CancellationToken.None, arguments);

    public static Task<Preble> RunAsync(CancellationToken cancel, params string[] arguments) => RunAsync(cancel, null, arguments);

    /// <summary>With GPUs of an emulator.</summary>
    public static Task<Preble> RunLineAsync(ICudaDriver driver, string line) => RunAsync(CancellationToken.None, driver, line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static async Task<Preble> RunAsync(CancellationToken cancel, ICudaDriver? driver, string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int code = await PrebleCommand.RunAsync(arguments, new Terminal(output, errors, false, false), TimeProvider.System, cancel, driver);
        return new Preble(code, output.ToString(), errors.ToString());
    }

    /// <summary>Words between spaces.</summary>
    public static Task<Preble> RunLineAsync(string line) => RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
