using System.CommandLine;
using Preble.Cli.CommandLine;
using Preble.Cli.Runs;
using Preble.Core.Serving;
using Preble.Core.Simulation;

namespace Preble.Cli.Commands;

/// <summary>The options that say which workers a simulation has.</summary>
internal sealed class ClusterChoice
{
    /// <summary>Workers where nothing else is said.</summary>
    public const int WorkersDefault = 4;

    /// <summary>Workers at most: what a scheduler takes.</summary>
    public const int WorkersMax = 4096;

    private static readonly string Allowed = $"{string.Join(", ", HardwareCatalog.Names)}, or JSON files of rates, with commas between them";

    private readonly Option<int?> _workers = ValueOptions.Whole("--workers", $"Simulated workers. Default: {WorkersDefault}.", 1, WorkersMax);

    private readonly Option<string?> _hardware = ValueOptions.Text(
        "--hardware",
        $"What the workers are, dealt over them in turn: names ({string.Join(", ", HardwareCatalog.Names)}) or JSON files of rates in seconds, " +
        $"as in {HardwareFile.Example}. Default: {HardwareCatalog.Default}.",
        "NAME|FILE[,...]",
        Allowed);

    private readonly Option<int?> _kvTokens = ValueOptions.Whole("--kv-tokens", "Tokens that the cache of each worker holds. Default: the hardware's.", 16, int.MaxValue);

    private readonly Option<string?> _queue = ValueOptions.Name(
        "--queue", $"Order of the workers' queues: {string.Join(", ", QueueOrders.Names)}. Default: {PriorityGroupsOrder.OrderName}.", QueueOrders.Names, "NAME");

    private readonly Option<int?> _chunkTokens = ValueOptions.Whole(
        "--chunk-tokens", "Tokens of a step, decodes and prefill chunks together; 0 computes whole prompts. Default: 2048.", 0, 1 << 20);

    public void AddTo(Command command)
    {
        command.Options.Add(_workers);
        command.Options.Add(_hardware);
        command.Options.Add(_kvTokens);
        command.Options.Add(_queue);
        command.Options.Add(_chunkTokens);
    }

    /// <summary>Files that are read, and the options that name them.</summary>
    public IEnumerable<(string Option, string Path)> Files(ParseResult parse) => Names(parse).Where(File.Exists).Select(file => (_hardware.Name, file));

    /// <exception cref="UsageException">A kind of hardware is not known or its file cannot be read.</exception>
    public Cluster Read(ParseResult parse)
    {
        string[] names = Names(parse);
        if (names.Contains(""))
        {
            throw new UsageException($"--hardware '{parse.GetValue(_hardware)}' has an empty name; allowed: {Allowed}.");
        }

        int workers = parse.GetValue(_workers) ?? WorkersDefault;
        if (names.Length > workers)
        {
            throw new UsageException($"--hardware names {names.Length} kinds for {workers} workers; allowed: {workers} at most, or more --workers.");
        }

        if (names.Distinct().GroupBy(Path.GetFileName).FirstOrDefault(alike => alike.Count() > 1) is { } alike)
        {
            throw new UsageException(
                $"--hardware names '{string.Join("' and '", alike)}', which results could not tell apart; " +
                "allowed: files whose names differ from each other and from those of built-in hardware.");
        }

        int? kvTokens = parse.GetValue(_kvTokens);
        Hardware[] kinds = [.. names.Select(Find).Select(kind => kvTokens is { } tokens ? kind with { KvTokens = tokens } : kind)];
        return new Cluster
        {
            Workers = Cluster.Deal(kinds, workers),
            Kinds = kinds,
            Queue = parse.GetValue(_queue) ?? PriorityGroupsOrder.OrderName,
            ChunkTokens = parse.GetValue(_chunkTokens) ?? new SimulationOptions { Workers = [] }.ChunkTokens,
        };
    }

    private string[] Names(ParseResult parse) => ValueOptions.Parts(parse.GetValue(_hardware) ?? HardwareCatalog.Default);

    private static Hardware Find(string name)
    {
        if (HardwareCatalog.Names.Contains(name))
        {
            return HardwareCatalog.Create(name);
        }

        InputFile.Check("--hardware", name, Allowed);
        if (!File.Exists(name))
        {
            throw new UsageException($"--hardware '{name}' is not known and no file; allowed: {string.Join(", ", HardwareCatalog.Names)}, or a JSON file of rates.");
        }

        try
        {
            return HardwareFile.Parse(Path.GetFileName(name), File.ReadAllText(name));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--hardware '{name}' cannot be read: {unreadable.Message.TrimEnd('.')}; allowed: a JSON file of rates.");
        }
        catch (Exception damaged) when (damaged is FormatException or ArgumentException or System.Text.Json.JsonException)
        {
            throw new UsageException($"--hardware '{name}': {UsageException.From(damaged).Message}");
        }
    }
}
