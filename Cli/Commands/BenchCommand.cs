using System.CommandLine;
using Preble.Cli.CommandLine;
using Preble.Cli.Gpu;

namespace Preble.Cli.Commands;

/// <summary><c>preble bench</c>: what is measured on the real clock.</summary>
internal static class BenchCommand
{
    public static Command Create(Terminal terminal, TimeProvider clock, DeviceChoice devices)
    {
        var command = new Command("bench", "Measures on the real clock: the scheduler alone, an engine alone, or a server.");
        command.Subcommands.Add(BenchSchedulerCommand.Create(terminal, clock));
        command.Subcommands.Add(BenchEngineCommand.Create(terminal, clock, devices));
        command.Subcommands.Add(BenchServeCommand.Create(terminal, clock));
        return command;
    }
}
