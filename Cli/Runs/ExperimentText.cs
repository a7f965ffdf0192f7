using System.Globalization;
using Preble.Core.Placement;
using Preble.Core.Simulation;
using Preble.Core.Workloads;

namespace Preble.Cli.Runs;

/// <summary>An experiment in words.</summary>
internal static class ExperimentText
{
    /// <summary>What was simulated, in a line.</summary>
    public static string Head(Experiment experiment)
    {
        Workload first = experiment.Points[0].Workload;
        string rates = experiment.Points.Count == 1
            ? $"{ResultTable.Rate(first.Rate)} requests/s"
            : $"{ResultTable.Rate(first.Rate)} to {ResultTable.Rate(experiment.Points[^1].Workload.Rate)} requests/s";
        string more = string.Concat(((string[])[Faults(experiment.Faults), E2(experiment.PolicyOptions)]).Where(part => part.Length > 0).Select(part => "; " + part));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{first.Name}: {first.Requests.Count:N0} requests at {rates}, seed {experiment.Seed}, on {experiment.Cluster.Describe()}{more}");
    }

    private static string E2(PolicyOptions options)
    {
        string[] without = [.. E2Parts.LeftOut(options).Select(part => part.Replace('-', ' '))];
        return without.Length > 0 ? $"e2 without {string.Join(" and ", without)}" : "";
    }

    private static string Faults(SimulationFaults faults)
    {
        var parts = new List<FormattableString>();
        if (faults.EvictionsLostShare > 0)
        {
            parts.Add($"{faults.EvictionsLostShare:P0} of the evictions unheard of");
        }

        if (faults.RateErrorFactor != 1)
        {
            parts.Add($"rates wrong by {faults.RateErrorFactor:0.###}x");
        }

        if (!faults.Calibrates)
        {
            parts.Add($"rates believed");
        }

        if (faults.Schedulers > 1)
        {
            parts.Add($"{faults.Schedulers} schedulers");
        }

        parts.AddRange(faults.Losses.Select(loss => (FormattableString)$"worker {loss.Worker} lost after {loss.At.TotalSeconds:0.###} s"));
        return string.Join(", ", parts.Select(part => part.ToString(CultureInfo.InvariantCulture)));
    }
}
