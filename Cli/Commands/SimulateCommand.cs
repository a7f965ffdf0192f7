using System.CommandLine;
using Preble.Cli.CommandLine;
using Preble.Cli.Runs;

namespace Preble.Cli.Commands;

/// <summary><c>preble simulate</c>: policies compared on one workload at one rate.</summary>
internal static class SimulateCommand
{
    public static Command Create(Terminal terminal)
    {
        var choice = new ExperimentChoice(new WorkloadChoice(), rates: true);
        var command = new Command("simulate", "Compares placement policies in virtual time, with the real schedulers and caches, on simulated workers.");
        choice.AddTo(command);
        command.SetAction((parse, cancel) =>
        {
            WorkloadSource source = choice.Requests.Read(parse);
            Experiment experiment = choice.Read(parse, source);
            return choice.RunAsync(parse, experiment, [source.Load(experiment.Cluster.Workers)], terminal, cancel);
        });
        return command;
    }
}
