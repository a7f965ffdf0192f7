using System.CommandLine;
using Preble.Cli.Commands;
using Preble.Cli.Gpu;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Cli.CommandLine;

/// <summary>The command <c>preble</c>: what it offers, and how every one of its ends looks.</summary>
internal static class PrebleCommand
{
    /// <summary>As it is typed.</summary>
    public const string Name = "preble";

    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">Without the name of the program.</param>
    /// <param name="terminal">Where it writes.</param>
    /// <param name="clock">Time, for what is measured on the real clock.</param>
    /// <param name="cancel">Set when the user has had enough.</param>
    /// <param name="driver">Of GPUs, in tests; null takes the machine's.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal, TimeProvider clock, CancellationToken cancel, ICudaDriver? driver = null)
    {
        RootCommand root = Create(terminal, clock, driver);
        ParseResult parse = root.Parse(arguments, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (parse.Action is not { ClearsParseErrors: true } && UsageErrors.Find(parse) is { } wrong)
        {
            return Complain(terminal, wrong, ExitCode.Usage);
        }

        try
        {
            var invocation = new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parse.InvokeAsync(invocation, cancel);
        }
        catch (UsageException refused)
        {
            return Complain(terminal, refused.Message, ExitCode.Usage);
        }
        catch (RunFailedException failed)
        {
            return Complain(terminal, failed.Message, ExitCode.Failed);
        }
        catch (Exception full) when (OutputFile.IsDiskFull(full))
        {
            return Complain(terminal, OutputFile.CannotBeWritten("The results", full).Message, ExitCode.Failed);
        }
        catch (CudaException failed)
        {
            return Complain(terminal, failed.Message, ExitCode.Failed);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception broken)
        {
            // Not what was asked for, nor where it ran: whoever mends it needs to know where it broke.
            return Say(terminal, $"{Name}: broken, please report this: {broken}", ExitCode.Failed);
        }
    }

    /// <summary>All commands.</summary>
    internal static RootCommand Create(Terminal terminal, TimeProvider clock, ICudaDriver? driver = null)
    {
        var devices = new DeviceChoice(driver);
        var root = new RootCommand("Places prompts of large language models where their beginning is computed already. Simulates, measures and explains it.")
        {
            SimulateCommand.Create(terminal),
            SweepCommand.Create(terminal),
            ExplainCommand.Create(terminal),
            WorkloadCommand.Create(terminal),
            PoliciesCommand.Create(terminal),
            BenchCommand.Create(terminal, clock, devices),
            KernelsCommand.Create(terminal, devices),
        };
        root.Directives.Clear();
        return root;
    }

    // One line, whatever a damaged file or an odd name has in it.
    private static int Complain(Terminal terminal, string line, int code) => Say(terminal, $"{Name}: {OneLine.Of(line)}", code);

    private static int Say(Terminal terminal, string text, int code)
    {
        try
        {
            terminal.Error.Write(text + "\n");
        }
        catch (IOException)
        {
            // Nobody can be told; the exit code still says it.
        }

        return code;
    }
}
