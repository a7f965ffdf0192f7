using System.CommandLine;
using Preble.Cli.CommandLine;
using Preble.Core.Placement;
using Preble.Core.Serving;
using Preble.Core.Simulation;
using Spectre.Console;

namespace Preble.Cli.Commands;

/// <summary><c>preble policies</c>: the names that other commands take.</summary>
internal static class PoliciesCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("policies", "Lists placement policies with the parts of their cost, queue orders and simulated hardware.");
        command.SetAction(_ =>
        {
            Table table = terminal.NewTable().AddColumns("policy", "compares");
            foreach (string name in PlacementPolicies.Names)
            {
                IPlacementPolicy policy = PlacementPolicies.Create(name, new PolicyOptions());
                string mark = name == PlacementPolicies.Default ? " (default)" : "";
                table.AddRow(Markup.Escape(name + mark), Markup.Escape(policy.Terms.Count > 0 ? string.Join(" + ", policy.Terms) : "nothing"));
            }

            terminal.Write(table);
            terminal.Output.Write($"\nQueue orders: {string.Join(", ", QueueOrders.Names)} (default: {PriorityGroupsOrder.OrderName})\n");
            terminal.Output.Write($"Hardware: {string.Join(", ", HardwareCatalog.Names)} (default: {HardwareCatalog.Default})\n");
            return ExitCode.Success;
        });
        return command;
    }
}
