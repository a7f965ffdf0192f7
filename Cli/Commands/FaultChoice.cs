using System.CommandLine;
using System.Globalization;
using Preble.Cli.CommandLine;
using Preble.Cli.Runs;
using Preble.Core.Simulation;

namespace Preble.Cli.Commands;

/// <summary>The options that say what goes wrong in a simulation.</summary>
internal sealed class FaultChoice
{
    private const int LossSecondsMax = 1_000_000;

    private readonly Option<double?> _evictionsLost = ValueOptions.Real(
        "--evictions-lost", "Share of the eviction events that the scheduler's tree never hears of. Default: 0.", 0, 1, "SHARE");

    private readonly Option<double?> _rateError = ValueOptions.Real(
        "--rate-error", "Factor by which the rates that the scheduler is told are wrong, up or down by lot. Default: 1.", 1, 1000, "FACTOR");

    private readonly Option<bool> _noCalibration = new("--no-calibration") { Description = "The scheduler believes the rates that it is told instead of learning them." };

    private readonly Option<int?> _schedulers = ValueOptions.Whole(
        "--schedulers", "Schedulers that share the workers, each with a tree of its own. Default: 1.", 1, 64);

    private readonly Option<string?> _lose = ValueOptions.Text(
        "--lose", "Workers that are lost, by number from 0, and when: 2@30 is the third worker after 30 s.", "WORKER@SECONDS[,...]",
        $"WORKER@SECONDS with a worker from 0 and seconds from 0 to {LossSecondsMax:N0}, with commas between them");

    public void AddTo(Command command)
    {
        command.Options.Add(_evictionsLost);
        command.Options.Add(_rateError);
        command.Options.Add(_noCalibration);
        command.Options.Add(_schedulers);
        command.Options.Add(_lose);
    }

    /// <exception cref="UsageException">A loss is not understood or names no worker.</exception>
    public SimulationFaults Read(ParseResult parse, Cluster cluster) => new()
    {
        EvictionsLostShare = parse.GetValue(_evictionsLost) ?? 0,
        RateErrorFactor = parse.GetValue(_rateError) ?? 1,
        Calibrates = !parse.GetValue(_noCalibration),
        Schedulers = parse.GetValue(_schedulers) ?? 1,
        Losses = parse.GetValue(_lose) is { } losses ? Losses(losses, cluster.Workers.Count) : [],
    };

    private static WorkerChange[] Losses(string text, int workers)
    {
        var losses = new List<WorkerChange>();
        foreach (string part in ValueOptions.Parts(text))
        {
            string[] sides = part.Split('@');
            if (sides.Length != 2
                || !int.TryParse(sides[0], NumberStyles.None, CultureInfo.InvariantCulture, out int worker) || worker >= workers
                || !ValueOptions.TryReal(sides[1], out double seconds) || seconds < 0 || seconds > LossSecondsMax)
            {
                throw new UsageException(
                    $"--lose '{part}' is not understood; allowed: WORKER@SECONDS with a worker from 0 to {workers - 1} and seconds from 0 to {LossSecondsMax:N0}.");
            }

            losses.Add(new WorkerChange(worker, TimeSpan.FromSeconds(seconds)));
        }

        if (losses.Select(loss => loss.Worker).Distinct().Count() is var lost && (lost < losses.Count || (lost > 0 && lost == workers)))
        {
            throw new UsageException($"--lose '{text}' loses a worker twice, or all of them; allowed: each at most once, and at most {workers - 1} of {workers}.");
        }

        return [.. losses];
    }
}
