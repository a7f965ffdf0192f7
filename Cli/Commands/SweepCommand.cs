using System.CommandLine;
using System.Globalization;
using Preble.Cli.CommandLine;
using Preble.Cli.Runs;
using Preble.Core.Workloads;

namespace Preble.Cli.Commands;

/// <summary><c>preble sweep</c>: policies compared on one workload at many rates.</summary>
internal static class SweepCommand
{
    private const int RatesMax = 100;
    private const int StepsDefault = 6;

    /// <summary>Behind the point, by which results tell rates apart.</summary>
    private const int RateDigits = 6;

    /// <summary>Of the workload's own rate, where a range has no lowest one.</summary>
    private const double LowestShare = 1.0 / 3;

    /// <summary>Of the workload's own rate, where a range has no highest one.</summary>
    private const double HighestShare = 1.5;

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
            string[] range = [.. ((Option[])[from, to, steps]).Where(option => parse.GetResult(option) is not null).Select(option => option.Name)];
            if (listed is not null && range.Length > 0)
            {
                throw new UsageException($"--rates excludes {string.Join(" and ", range)}; allowed: a list, or a range.");
            }

            Experiment experiment = choice.Read(parse, source);
            if (listed is null)
            {
                double own = lowest is null || highest is null ? source.Load(experiment.Cluster.Workers).Rate : 0;
                listed = Range(lowest, highest, own, source.TracePath is null, count ?? StepsDefault);
            }
            else if (Twice([.. listed.Order()]) is { } twice)
            {
                string rate = twice.ToString("0.######", CultureInfo.InvariantCulture);
                throw new UsageException($"--rates names {rate} twice, as results tell rates apart to {RateDigits} digits behind the point; allowed: different numbers.");
            }

            double[] ascending = [.. listed.Order()];
            return choice.RunAsync(parse, experiment, [.. ascending.Select(rate => source.Load(experiment.Cluster.Workers, rate))], terminal, cancel);
        });
        return command;
    }

    /// <param name="from">What was given; null for its share of <paramref name="own"/>.</param>
    /// <param name="to">The same.</param>
    /// <param name="own">The workload's rate.</param>
    /// <param name="generated">Whether the rate of the workload has bounds; a trace may be as slow as it is.</param>
    /// <param name="steps">Rates.</param>
    /// <exception cref="UsageException">The lowest is not below the highest, or there are more steps than results tell apart.</exception>
    private static double[] Range(double? from, double? to, double own, bool generated, int steps)
    {
        double lowest = from ?? Math.Max(own * LowestShare, generated ? WorkloadOptions.RateMin : 0);
        double highest = to ?? Math.Min(own * HighestShare, generated ? WorkloadOptions.RateMax : double.PositiveInfinity);
        string low = ResultTable.Rate(lowest);
        string high = ResultTable.Rate(highest);
        if (!(lowest < highest))
        {
            throw new UsageException(
                to is null ? $"--from {low} is not below {high}, one and a half times the workload's own rate; allowed: a lower one, or a --to above it."
                : from is null ? $"--to {high} is not above {low}, a third of the workload's own rate; allowed: a higher one, or a --from below it."
                : $"--from {low} is not below --to {high}; allowed: a lowest rate below the highest.");
        }

        double[] rates = [.. Enumerable.Range(0, steps).Select(step => lowest + ((highest - lowest) * step / (steps - 1)))];
        string around = from is null && to is null ? ", around the workload's own rate," : "";
        return Twice(rates) is null ? rates
            : throw new UsageException($"{steps} rates from {low} to {high}{around} are too near to one another; allowed: fewer --steps, or a wider range.");
    }

    /// <summary>Of rates in ascending order the first that results do not tell from the one before it; null if they tell all apart.</summary>
    private static double? Twice(double[] ascending)
    {
        int second = Enumerable.Range(1, ascending.Length - 1).FirstOrDefault(i => Math.Round(ascending[i], RateDigits) == Math.Round(ascending[i - 1], RateDigits));
        return second > 0 ? ascending[second] : null;
    }
}
