using System.CommandLine;
using Preble.Cli.CommandLine;
using Preble.Cli.Runs;
using Preble.Core.Workloads;

namespace Preble.Cli.Commands;

/// <summary><c>preble sweep</c>: policies compared on one workload at many rates.</summary>
internal static class SweepCommand
{
    private const int RatesMax = 100;
    private const int StepsDefault = 6;

    public static Command Create(Terminal terminal)
    {
        var choice = new ExperimentChoice(new WorkloadChoice(), rates: false);
        Option<double[]?> rates = ValueOptions.Reals(
            "--rates", "Requests a second, one run of each policy at each.", WorkloadOptions.RateMin, WorkloadOptions.RateMax, RatesMax, "R,R,...");
        Option<double?> from = WorkloadChoice.Rate("--from", "Lowest rate, in place of --rates. Default: a third of the workload's own.");
        Option<double?> to = WorkloadChoice.Rate("--to", "Highest rate. Default: one and a half times the workload's own.");
        Option<int?> steps = ValueOptions.Whole("--steps", $"Rates from lowest to highest, evenly spaced. Default: {StepsDefault}.", 2, RatesMax);
        var command = new Command("sweep", "Compares placement policies at many rates: latency against load.");
        command.Options.Add(rates);
        command.Options.Add(from);
        command.Options.Add(to);
        command.Options.Add(steps);
        choice.AddTo(command);
        command.SetAction((parse, cancel) =>
        {
            WorkloadSource source = choice.Requests.Read(parse);
            double[]? listed = parse.GetValue(rates) is { Length: > 0 } given ? given : null;
            double? lowest = parse.GetValue(from);
            double? highest = parse.GetValue(to);
            int? count = parse.GetValue(steps);
            if (listed is not null && (lowest is not null || highest is not null || count is not null))
            {
                throw new UsageException("--rates excludes --from, --to and --steps; allowed: a list, or a range.");
            }

            Experiment experiment = choice.Read(parse, source);
            if (listed is null)
            {
                double own = lowest is null || highest is null ? source.Load(experiment.Cluster.Workers).Rate : 0;
                listed = Range(lowest ?? Math.Min(own / 3, highest ?? own), highest ?? Math.Max(own * 1.5, lowest ?? own), count ?? StepsDefault);
            }

            double[] ascending = [.. listed.Distinct().Order()];
            return choice.RunAsync(parse, experiment, [.. ascending.Select(rate => source.Load(experiment.Cluster.Workers, rate))], terminal, cancel);
        });
        return command;
    }

    private static double[] Range(double from, double to, int steps)
    {
        if (!(from < to))
        {
            throw new UsageException($"--from {ResultTable.Rate(from)} is not below --to {ResultTable.Rate(to)}; allowed: a lowest rate below the highest.");
        }

        return [.. Enumerable.Range(0, steps).Select(step => from + ((to - from) * step / (steps - 1)))];
    }
}
