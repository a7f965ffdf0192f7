using System.CommandLine;
using Preble.Cli.CommandLine;
using Preble.Cli.Gpu;

namespace Preble.Cli.Commands;

/// <summary><c>preble kernels</c>: whether the GPU kernels are right, and how fast.</summary>
internal static class KernelsCommand
{
    public static Command Create(Terminal terminal, DeviceChoice devices)
    {
        var command = new Command("kernels", "Checks and times the GPU kernels, and compares what a model says with them.");
        command.Subcommands.Add(KernelsCheckCommand.Create(terminal, devices));
        command.Subcommands.Add(KernelsTextCommand.Create(terminal, devices));
        command.Subcommands.Add(KernelsBenchCommand.Create(terminal, devices));
        return command;
    }
}
