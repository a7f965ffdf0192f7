using System.CommandLine;
using System.Globalization;
using Preble.Cli.CommandLine;
using Preble.Cli.Runs;
using Preble.Core.Placement;
using Preble.Core.Simulation;
using Preble.Core.Workloads;

namespace Preble.Cli.Commands;

/// <summary><c>preble explain</c>: why one simulated request went where it went.</summary>
internal static class ExplainCommand
{
    /// <summary>Steps between two looks at the request. In so few, no more decisions are taken than a scheduler remembers.</summary>
    private const int StepsBetweenLooks = 256;

    public static Command Create(Terminal terminal)
    {
        var requests = new WorkloadChoice();
        var cluster = new ClusterChoice();
        var faults = new FaultChoice();
        Option<string?> index = ValueOptions.Text("--request", "Number of the request in the workload, from 0.", "INDEX", "the number of a request, from 0");
        Option<string?> policy = PolicyChoice.One("--policy");
        Option<string?> json = OutputFile.Option("--json", "Writes the explanation as JSON.", "FILE");
        var command = new Command("explain", "Shows why one simulated request went where it went: candidates, cached tokens, costs, and predicted against actual.");
        command.Options.Add(index);
        command.Options.Add(policy);
        requests.AddTo(command);
        cluster.AddTo(command);
        faults.AddTo(command);
        command.Options.Add(json);
        command.SetAction((parse, cancel) =>
        {
            WorkloadSource source = requests.Read(parse);
            Cluster workers = cluster.Read(parse);
            OutputFile.Check(parse, json, [.. requests.Files(parse), .. cluster.Files(parse)]);
            Workload workload = source.Load(workers.Workers);
            int wanted = Index(parse.GetValue(index), workload);
            workers.CheckRoom(workload);
            var experiment = new Experiment
            {
                Command = "",
                Cluster = workers,
                Seed = source.Seed,
                Faults = faults.Read(parse, workers),
                Policies = [parse.GetValue(policy) ?? PlacementPolicies.Default],
            };
            (DecisionRecord? decision, RequestRecord record) = Run(workload, experiment.Options(experiment.Policies[0], null), wanted, cancel);
            var explanation = new Explanation(workload.Requests[wanted], record, decision);
            OutputFile.WriteJson(
                parse, () => ExplanationText.Write(terminal, workload.Name, explanation), json, writer => ExplanationText.WriteJson(writer, workload.Name, explanation));
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static int Index(string? index, Workload workload)
    {
        string allowed = string.Create(
            CultureInfo.InvariantCulture, $"allowed: whole numbers from 0 to {workload.Requests.Count - 1}, as {workload.Name} has {workload.Requests.Count:N0} requests");
        return index is null ? throw new UsageException($"--request is missing; {allowed}.")
            : int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int wanted) && wanted < workload.Requests.Count ? wanted
            : throw new UsageException($"--request '{index}' is none of this run's; {allowed}.");
    }

    private static (DecisionRecord? Decision, RequestRecord Record) Run(Workload workload, SimulationOptions options, int index, CancellationToken cancel)
    {
        Simulator simulation = SimulationRunner.Start(workload, options);
        simulation.Ask(index);
        DecisionRecord? latest = null;
        for (int step = 1; simulation.Step(); step++)
        {
            if (step % StepsBetweenLooks == 0)
            {
                cancel.ThrowIfCancellationRequested();
                latest = simulation.Explain(index) ?? latest;
                if (latest?.Actual is { Outcome: CompletionOutcome.Completed or CompletionOutcome.LengthLimit })
                {
                    break;
                }
            }
        }

        return (simulation.Explain(index) ?? latest, simulation.Result().Records[index]);
    }
}
