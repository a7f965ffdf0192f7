using System.CommandLine;
using Preble.Cli.CommandLine;
using Preble.Cli.Runs;
using Preble.Core.Workloads;

namespace Preble.Cli.Commands;

/// <summary>The options that say which requests are sent.</summary>
internal sealed class WorkloadChoice
{
    /// <summary>Times faster that may be asked for.</summary>
    private const double SpeedupMax = 1e9;

    private readonly Option<string?> _name = ValueOptions.Name(
        "--workload", $"Generated requests: {string.Join(", ", WorkloadCatalog.Names)}.", WorkloadCatalog.Names, "NAME");

    private readonly Option<string?> _trace = ValueOptions.Text(
        "--trace", "A trace of requests in Mooncake's form: JSON lines, plain or gzip.", "FILE", WorkloadSource.AllowedTraces);

    private readonly Option<double?> _rate;
    private readonly Option<double?> _speedup;

    private readonly Option<int?> _requests = ValueOptions.Whole(
        "--requests", "Requests to send. Default: the workload's own number, or the whole trace.", 1, WorkloadOptions.RequestsMax);

    private readonly Option<int?> _seed = ValueOptions.Whole("--seed", "Draws the workload and all chance. Default: 0.", int.MinValue, int.MaxValue, "S");

    /// <param name="rate">What the rate is where none is said, in words.</param>
    /// <param name="speedup">What a speedup is one of, in words.</param>
    public WorkloadChoice(
        string rate = "the workload's, about three quarters of what the best policy sustains on these workers or, in little memory, less; or the trace's",
        string speedup = "How many times faster than the default rate, or than the trace.")
    {
        _rate = Rate("--rate", $"Requests a second. Default: {rate}.");
        _speedup = ValueOptions.Positive("--speedup", $"{speedup} Default: 1.", SpeedupMax, "X");
    }

    /// <summary>Requests a second, as far as a workload takes them.</summary>
    public static Option<double?> Rate(string name, string description) => ValueOptions.Real(name, description, WorkloadOptions.RateMin, WorkloadOptions.RateMax, "R");

    /// <param name="command">Gets the options.</param>
    /// <param name="rates">Whether one rate is chosen; a sweep has its own options for several.</param>
    public void AddTo(Command command, bool rates = true)
    {
        command.Options.Add(_name);
        command.Options.Add(_trace);
        if (rates)
        {
            command.Options.Add(_rate);
            command.Options.Add(_speedup);
        }

        command.Options.Add(_requests);
        command.Options.Add(_seed);
    }

    /// <summary>Files that are read, and the options that name them.</summary>
    public IEnumerable<(string Option, string Path)> Files(ParseResult parse) => parse.GetValue(_trace) is { } trace ? [(_trace.Name, trace)] : [];

    /// <param name="parse">The command line.</param>
    /// <param name="argument">A workload that was named without an option; null if none was.</param>
    /// <exception cref="UsageException">Not exactly one workload or trace was given, or there are two rates.</exception>
    public WorkloadSource Read(ParseResult parse, string? argument = null)
    {
        string? name = parse.GetValue(_name);
        string? trace = parse.GetValue(_trace);
        if (argument is not null)
        {
            string? other = name is not null ? $"--workload '{name}'" : trace is not null ? $"--trace '{trace}'" : null;
            if (other is not null || !WorkloadCatalog.Names.Contains(argument))
            {
                string wrong = other is null ? $"Workload '{argument}' is not known" : $"Workload '{argument}' and {other} exclude each other";
                throw new UsageException($"{wrong}; allowed: one of {string.Join(", ", WorkloadCatalog.Names)}, or --trace FILE.");
            }

            name = argument;
        }

        if (name is null == trace is null)
        {
            string what = name is null ? "Requests are missing" : "--workload and --trace exclude each other";
            throw new UsageException($"{what}; allowed: --workload NAME with one of {string.Join(", ", WorkloadCatalog.Names)}, or --trace FILE.");
        }

        double? rate = parse.GetResult(_rate) is null ? null : parse.GetValue(_rate);
        double? speedup = parse.GetResult(_speedup) is null ? null : parse.GetValue(_speedup);
        if (rate is not null && speedup is not null)
        {
            throw new UsageException("--rate and --speedup exclude each other; allowed: one of them.");
        }

        return new WorkloadSource
        {
            Name = name,
            TracePath = trace,
            Rate = rate,
            Speedup = speedup,
            Requests = parse.GetValue(_requests),
            Seed = parse.GetValue(_seed) ?? 0,
        };
    }
}
