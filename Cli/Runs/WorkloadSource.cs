using Preble.Cli.CommandLine;
using Preble.Core.Simulation;
using Preble.Core.Workloads;

namespace Preble.Cli.Runs;

/// <summary>Where requests come from: a generator by name, or a trace in a file.</summary>
internal sealed record WorkloadSource
{
    private const string Allowed = "allowed: a file of JSON lines in Mooncake's form, plain or gzip";

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
            return TracePath is null ? Generate(workers, wanted, speedup) : Read(TracePath, wanted, speedup);
        }
        catch (ArgumentException refused)
        {
            throw UsageException.From(refused);
        }
    }

    private Workload Generate(IReadOnlyList<Hardware> workers, double? rate, double speedup) =>
        WorkloadCatalog.Create(Name!, new WorkloadOptions
        {
            Rate = rate ?? (WorkloadCatalog.DefaultRate(Name!, workers) * speedup),
            Requests = Requests,
            Seed = Seed,
            Workers = workers.Count,
            KvTokens = workers.Sum(worker => (long)worker.KvTokens),
        });

    private Workload Read(string path, double? rate, double speedup)
    {
        Workload trace = Read(path, speedup);
        if (rate is not { } wanted)
        {
            return trace;
        }

        return trace.Requests[^1].Arrival > TimeSpan.Zero
            ? Read(path, wanted / trace.Rate)
            : throw new UsageException($"--trace '{path}' cannot be sent at another rate, as its requests come all at once; allowed: a trace that takes time.");
    }

    private Workload Read(string path, double speedup)
    {
        string name = Path.GetFileName(path);
        foreach (string ending in (string[])[".gz", ".jsonl"])
        {
            name = name.EndsWith(ending, StringComparison.OrdinalIgnoreCase) ? name[..^ending.Length] : name;
        }

        if (Directory.Exists(path))
        {
            throw new UsageException($"--trace '{path}' is a folder; {Allowed}.");
        }

        try
        {
            using FileStream file = File.OpenRead(path);
            bool packed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
            file.Position = 0;
            using Stream plain = packed ? new GzipMembers(file) : file;
            using var lines = new StreamReader(plain);
            Workload trace = MooncakeTrace.Read(name, lines, new MooncakeOptions { Speedup = speedup, RequestsMax = Requests ?? WorkloadOptions.RequestsMax });
            return Requests is { } wanted && wanted > trace.Requests.Count
                ? throw new UsageException($"--requests {wanted} is more than --trace '{path}' has; allowed: from 1 to {trace.Requests.Count}.")
                : trace;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException)
        {
            throw new UsageException($"--trace '{path}' cannot be read: {unreadable.Message.TrimEnd('.')}; {Allowed}.");
        }
        catch (FormatException damaged)
        {
            throw new UsageException($"--trace '{path}' is no trace in Mooncake's form: {UsageException.From(damaged).Message}");
        }
    }
}
