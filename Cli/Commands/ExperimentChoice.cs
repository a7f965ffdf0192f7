using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Preble.Cli.CommandLine;
using Preble.Cli.Reports;
using Preble.Cli.Runs;
using Preble.Core.Simulation;
using Preble.Core.Workloads;

namespace Preble.Cli.Commands;

/// <summary>What <c>simulate</c> and <c>sweep</c> have in common: a cluster, policies to compare, and files for the results.</summary>
internal sealed class ExperimentChoice
{
    private readonly ClusterChoice _cluster = new();
    private readonly FaultChoice _faults = new();
    private readonly Option<string[]?> _policies = PolicyChoice.Several();
    private readonly Option<string[]?> _e2Without = PolicyChoice.E2Without();

    private readonly Option<int?> _jobs = ValueOptions.Whole(
        "--jobs", "Simulations that run at a time. Default: one for each core. The results do not depend on it.", 1, 1024);

    private readonly Option<string?> _json = OutputFile.Option("--json", "Writes the results as JSON.", "FILE");
    private readonly Option<string?> _report = OutputFile.Option("--report", "Writes a report with charts, one HTML file that needs nothing else.", "FILE.html");

    /// <param name="requests">Which requests are sent; its options are added too.</param>
    /// <param name="rates">Whether the command has one rate.</param>
    public ExperimentChoice(WorkloadChoice requests, bool rates)
    {
        Requests = requests;
        HasOneRate = rates;
    }

    public WorkloadChoice Requests { get; }

    public bool HasOneRate { get; }

    public void AddTo(Command command)
    {
        Requests.AddTo(command, HasOneRate);
        command.Options.Add(_policies);
        command.Options.Add(_e2Without);
        _cluster.AddTo(command);
        _faults.AddTo(command);
        command.Options.Add(_jobs);
        command.Options.Add(_json);
        command.Options.Add(_report);
    }

    /// <summary>What is to be compared, before anything has run.</summary>
    /// <exception cref="UsageException">An option is impossible.</exception>
    public Experiment Read(ParseResult parse, WorkloadSource source)
    {
        Cluster cluster = _cluster.Read(parse);
        (string Option, string Path)[] read = [.. Requests.Files(parse), .. _cluster.Files(parse)];
        OutputFile.Check(parse, _json, read);
        OutputFile.Check(parse, _report, parse.GetValue(_json) is { } json ? [(_json.Name, json), .. read] : read);
        IReadOnlyList<string> policies = PolicyChoice.Read(parse, _policies);
        return new Experiment
        {
            Command = CommandLine(parse),
            Cluster = cluster,
            Trace = source.TracePath is { } path ? Path.GetFileName(path) : null,
            Seed = source.Seed,
            Faults = _faults.Read(parse, cluster),
            Policies = policies,
            PolicyOptions = PolicyChoice.ReadOptions(parse, _e2Without, policies),
        };
    }

    /// <summary>Runs an experiment and shows what came of it.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="experiment">Without its points.</param>
    /// <param name="workloads">One for each point, in the order of their rates.</param>
    /// <param name="terminal">Where to.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<int> RunAsync(ParseResult parse, Experiment experiment, IReadOnlyList<Workload> workloads, Terminal terminal, CancellationToken cancel)
    {
        foreach (Workload workload in workloads)
        {
            experiment.Cluster.CheckRoom(workload);
        }

        // Single requests and the load over time are shown for the last, highest rate alone.
        bool reports = parse.GetValue(_report) is not null;
        var runs = new List<PlannedRun>();
        foreach (Workload workload in workloads)
        {
            string at = workloads.Count > 1 ? $" at {ResultTable.Rate(workload.Rate)}/s" : "";
            bool keeps = reports && ReferenceEquals(workload, workloads[^1]);
            runs.AddRange(experiment.Policies.Select(policy =>
                new PlannedRun(policy + at, workload, experiment.Options(policy, keeps ? workload : null), keeps)));
        }

        SimulationResult[] results = await SimulationRunner.RunAsync(runs, parse.GetValue(_jobs) ?? Environment.ProcessorCount, terminal, cancel);
        int policies = experiment.Policies.Count;
        experiment = experiment with { Points = [.. workloads.Select((workload, i) => new LoadPoint(workload, results[(i * policies)..((i + 1) * policies)]))] };

        OutputFile.WriteAll(
            parse, () => Show(terminal, experiment), (_json, () => OutputFile.Json(json => WriteJson(json, experiment))), (_report, () => HtmlReport.Of(experiment)));
        return ExitCode.Success;
    }

    private static void Show(Terminal terminal, Experiment experiment)
    {
        terminal.Output.Write(ExperimentText.Head(experiment) + "\n\n");
        ResultTable.Write(terminal, experiment.Points);
    }

    private void WriteJson(Utf8JsonWriter json, Experiment experiment)
    {
        if (HasOneRate)
        {
            ResultJson.WriteSimulation(json, experiment);
        }
        else
        {
            ResultJson.WriteSweep(json, experiment);
        }
    }

    /// <summary>The command line but for <c>--jobs</c>, which changes no result: reports of the same experiment are the same bytes.</summary>
    private string CommandLine(ParseResult parse)
    {
        Token[] jobs = parse.GetResult(_jobs) is { IdentifierToken: { } name } given ? [name, .. given.Tokens] : [];
        return $"{PrebleCommand.Name} {string.Join(' ', parse.Tokens.Except(jobs, ReferenceEqualityComparer.Instance).Cast<Token>().Select(token => Quoted(token.Value)))}";
    }

    private static string Quoted(string token) => token.Any(char.IsWhiteSpace) ? $"'{token}'" : token;
}
