using System.Globalization;
using Preble.Cli.CommandLine;
using Preble.Core.Simulation;
using Preble.Core.Workloads;

namespace Preble.Cli.Runs;

/// <summary>Runs simulations, several at a time, each on one thread; shows how far they are to whoever watches.</summary>
internal static class SimulationRunner
{
    /// <summary>Steps between two looks at whether the user has had enough.</summary>
    private const int StepsBetweenLooks = 512;

    /// <summary>The results, in the order of the runs.</summary>
    /// <param name="runs">What is simulated.</param>
    /// <param name="jobs">Simulations at a time.</param>
    /// <param name="terminal">Shows the progress if a person watches.</param>
    /// <param name="cancel">Ends all.</param>
    /// <exception cref="UsageException">An option is refused.</exception>
    public static async Task<SimulationResult[]> RunAsync(IReadOnlyList<PlannedRun> runs, int jobs, Terminal terminal, CancellationToken cancel)
    {
        var results = new SimulationResult[runs.Count];
        await ProgressBars.RunAsync(terminal, [.. runs.Select(run => (run.Name, run.Workload.Requests.Count))], async report =>
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancel };
            await Parallel.ForAsync(0, runs.Count, options, (index, stop) =>
            {
                SimulationResult result = Run(runs[index].Workload, runs[index].Options, ended => report(index, ended), stop);
                results[index] = runs[index].KeepsRecords ? result : result with { Records = [], Samples = [] };
                return ValueTask.CompletedTask;
            });
        });
        return results;
    }

    /// <summary>A simulation about to begin.</summary>
    /// <exception cref="UsageException">An option is refused.</exception>
    public static Simulator Start(Workload workload, SimulationOptions options)
    {
        try
        {
            return new Simulator(workload, options);
        }
        catch (ArgumentException refused)
        {
            throw UsageException.From(refused);
        }
    }

    private static SimulationResult Run(Workload workload, SimulationOptions options, Action<int> ended, CancellationToken cancel)
    {
        Simulator simulation = Start(workload, options);
        for (int step = 1; simulation.Step(); step++)
        {
            if (step % StepsBetweenLooks == 0)
            {
                cancel.ThrowIfCancellationRequested();
                ended(simulation.Ended);
            }
        }

        ended(simulation.Ended);
        if (simulation.Ended < simulation.Requests)
        {
            string seconds = options.SecondsMax.ToString("#,0", CultureInfo.InvariantCulture);
            throw new UsageException(
                $"{options.Policy}: {simulation.Requests - simulation.Ended} of {simulation.Requests} requests had not ended {seconds} simulated seconds " +
                "after the last came; allowed: hardware and rates with which they do.");
        }

        return simulation.Result();
    }
}
