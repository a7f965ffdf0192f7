using System.CommandLine;
using Preble.Cli.CommandLine;
using Preble.Cli.Runs;
using Preble.Core.Workloads;
using Spectre.Console;

namespace Preble.Cli.Commands;

/// <summary><c>preble workload</c>: what workloads there are and what they are like.</summary>
internal static class WorkloadCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("workload", "Lists workloads, and shows what one is like.");
        command.Subcommands.Add(List(terminal));
        command.Subcommands.Add(Show(terminal));
        return command;
    }

    private static Command List(Terminal terminal)
    {
        var command = new Command("list", "Lists the generated workloads, with their default rate on the default workers.");
        command.SetAction(_ =>
        {
            Core.Simulation.Hardware kind = Core.Simulation.HardwareCatalog.Create(Core.Simulation.HardwareCatalog.Default);
            IReadOnlyList<Core.Simulation.Hardware> workers = Cluster.Deal([kind], ClusterChoice.WorkersDefault);
            Table table = terminal.NewTable();
            table.AddColumn("workload");
            table.AddColumn(new TableColumn($"requests/s on {ClusterChoice.WorkersDefault} {kind.Name}").RightAligned());
            table.AddColumn("what it is");
            foreach (string name in WorkloadCatalog.Names)
            {
                table.AddRow([.. new[] { name, ResultTable.Rate(WorkloadCatalog.DefaultRate(name, workers)), WorkloadCatalog.Describe(name) }.Select(Markup.Escape)]);
            }

            terminal.Write(table);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Show(Terminal terminal)
    {
        var name = new Argument<string?>("NAME")
        {
            Description = $"A generated workload: {string.Join(", ", WorkloadCatalog.Names)}.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var requests = new WorkloadChoice();
        var cluster = new ClusterChoice();
        Option<string?> json = OutputFile.Option("--json", "Writes the statistics as JSON.", "FILE");
        var command = new Command("show", "Shows the lengths, times and sharing of a workload or a trace, as the study of the paper measures them.") { name };
        requests.AddTo(command);
        cluster.AddTo(command);
        command.Options.Add(json);
        command.SetAction(parse =>
        {
            OutputFile.Check(parse, json, [.. requests.Files(parse), .. cluster.Files(parse)]);
            WorkloadSource source = requests.Read(parse, parse.GetValue(name));
            Workload workload = source.Load(cluster.Read(parse).Workers);
            WorkloadStatistics statistics = WorkloadStatistics.Of(workload);
            OutputFile.WriteJson(
                parse, () => WorkloadText.WriteTable(terminal, workload, statistics), json, writer => WorkloadText.WriteJson(writer, workload, statistics));
            return ExitCode.Success;
        });
        return command;
    }
}
