using System.Globalization;
using Preble.Cli.CommandLine;
using Preble.Core.Simulation;
using Preble.Core.Workloads;

namespace Preble.Cli.Runs;

/// <summary>Where requests come from: a generator by name, or a trace in a file.</summary>
internal sealed record WorkloadSource
{
    /// <summary>What may be a trace, in words.</summary>
    public const string AllowedTraces = "a file of JSON lines in Mooncake's form, plain or gzip";

    /// <summary>One of <see cref="WorkloadCatalog.Names"/>; null for a trace.</summary>
    public string? Name { get; init; }

    /// <summary>A file in Mooncake's form, plain or gzip; null for a generator.</summary>
    public string? TracePath { get; init; }

    /// <summary>Requests a second; null takes the generator's default, or what the trace has.</summary>
    public double? Rate { get; init; }

    /// <summary>How many times faster than the default rate, or than the trace; null is 1.</summary>
    public double? Speedup { get; init; }

    /// <summary>How many requests; null takes the generator's default, or all of the trace.</summary>
    public int? Requests { get; init; }

    public int Seed { get; init; }

    /// <summary>The workload for these workers.</summary>
    /// <param name="workers">They decide a generator's default rate and sizes.</param>
    /// <param name="rate">In place of <see cref="Rate"/> and <see cref="Speedup"/>, if not null.</param>
    /// <exception cref="UsageException">The file cannot be read or is no trace, or a number is out of range.</exception>
    public Workload Load(IReadOnlyList<Hardware> workers, double? rate = null)
    {
        double? wanted = rate ?? Rate;
        double speedup = rate is null ? Speedup ?? 1 : 1;
        try
        {
            return TracePath is null ? Generate(workers, wanted, speedup) : ReadAt(TracePath, wanted, speedup);
        }
        catch (ArgumentException refused)
        {
            throw UsageException.From(refused);
        }
    }

    private Workload Generate(IReadOnlyList<Hardware> workers, double? rate, double speedup) =>
        WorkloadCatalog.Create(Name!, new WorkloadOptions
        {
            Rate = rate ?? OwnRate(workers, speedup),
            Requests = Requests,
            Seed = Seed,
            Workers = workers.Count,
            KvTokens = workers.Sum(worker => (long)worker.KvTokens),
        });

    private double OwnRate(IReadOnlyList<Hardware> workers, double speedup)
    {
        double own = WorkloadCatalog.DefaultRate(Name!, workers);
        double rate = own * speedup;
        if (rate is >= WorkloadOptions.RateMin and <= WorkloadOptions.RateMax)
        {
            return rate;
        }

        string range = $"from {Text(WorkloadOptions.RateMin)} to {Text(WorkloadOptions.RateMax)} requests a second";
        throw new UsageException(Speedup is null
            ? $"The default rate of {Name} on these workers is {Text(own)}, but a rate must be {range}; allowed: other workers, or a rate that is given."
            : $"--speedup {Text(speedup)} makes {Text(rate)} requests a second of {Name}'s {Text(own)}; allowed: {range}.");
    }

    private Workload ReadAt(string path, double? rate, double speedup)
    {
        string range = $"from {Text(MooncakeOptions.SpeedupMin)} to {Text(MooncakeOptions.SpeedupMax)} times as fast as it is";
        if (rate is not { } wanted)
        {
            return IsPossible(speedup) ? Read(path, speedup) : throw new UsageException($"--speedup {Text(speedup)} is not for a trace; allowed with --trace: {range}.");
        }

        Workload trace = Read(path, 1);
        return !(trace.Requests[^1].Arrival > TimeSpan.Zero)
            ? throw new UsageException($"--trace '{path}' cannot be sent at another rate, as its requests come all at once; " +
                $"allowed: a trace that takes time{(Requests is null ? "" : ", or more --requests of this one, as far as it does")}.")
            : IsPossible(wanted / trace.Rate) ? Read(path, wanted / trace.Rate)
            : throw new UsageException($"--trace '{path}' has {Text(trace.Rate)} requests a second and cannot be sent at {Text(wanted)}; allowed: {range}.");
    }

    private static bool IsPossible(double speedup) => speedup is >= MooncakeOptions.SpeedupMin and <= MooncakeOptions.SpeedupMax;

    private Workload Read(string path, double speedup)
    {
        string name = Path.GetFileName(path);
        foreach (string ending in (string[])[".gz", ".jsonl"])
        {
            name = name.EndsWith(ending, StringComparison.OrdinalIgnoreCase) ? name[..^ending.Length] : name;
        }

        InputFile.Check("--trace", path, AllowedTraces);
        try
        {
            using StreamReader lines = GzipMembers.OpenText(path);
            Workload trace = MooncakeTrace.Read(name, lines, new MooncakeOptions { Speedup = speedup, RequestsMax = Requests ?? WorkloadOptions.RequestsMax });
            return Requests is { } wanted && wanted > trace.Requests.Count
                ? throw new UsageException($"--requests {wanted} is more than --trace '{path}' has; allowed: from 1 to {trace.Requests.Count}.")
                : trace;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException)
        {
            throw new UsageException($"--trace '{path}' cannot be read: {unreadable.Message.TrimEnd('.')}; allowed: {AllowedTraces}.");
        }
        catch (FormatException damaged)
        {
            throw new UsageException($"--trace '{path}' is no trace in Mooncake's form: {UsageException.From(damaged).Message}");
        }
    }

    private static string Text(double number) => number.ToString(number is >= 1e-6 and < 1e12 ? "#,0.######" : "0.###e0", CultureInfo.InvariantCulture);
}
