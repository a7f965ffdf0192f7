using System.CommandLine;
using Preble.Cli.CommandLine;

namespace Preble.Cli.Commands;

/// <summary><c>preble bench</c>: what is measured on the real clock.</summary>
internal static class BenchCommand
{
    public static Command Create(Terminal terminal, TimeProvider clock)
    {
        var command = new Command("bench", "Measures on the real clock: the scheduler alone, or a server.");
        command.Subcommands.Add(BenchSchedulerCommand.Create(terminal, clock));
        command.Subcommands.Add(BenchServeCommand.Create(terminal, clock));
        return command;
    }
}
