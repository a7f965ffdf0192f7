using System.CommandLine;
using Preble.Cli.CommandLine;
using Preble.Cli.Placing;
using Preble.Core.Workloads;

namespace Preble.Cli.Commands;

/// <summary><c>preble bench scheduler</c>: how fast prompts are placed.</summary>
internal static class BenchSchedulerCommand
{
    /// <summary>Pages of a tree at most, and at least: below, the requests under way are more than it can remember.</summary>
    private const int PagesMin = 1_000;
    private const int PagesMax = 16_000_000;

    public static Command Create(Terminal terminal, TimeProvider clock)
    {
        var defaults = new SchedulerBenchmarkOptions();
        Option<string?> workload = ValueOptions.Name(
            "--workload", $"Where the prompts come from: {string.Join(", ", WorkloadCatalog.Names)}. Default: {defaults.Workload}.", WorkloadCatalog.Names, "NAME");
        Option<int?> pages = ValueOptions.Whole("--pages", $"Pages of {SchedulerBenchmark.PageTokens} tokens that the tree is full with. Default: 1000000.", PagesMin, PagesMax);
        Option<int?> workers = ValueOptions.Whole("--workers", $"Workers to choose from. Default: {defaults.Workers}.", 1, ClusterChoice.WorkersMax);
        Option<string?> policy = PolicyChoice.One("--policy");
        Option<int?> decisions = ValueOptions.Whole("--decisions", "Decisions that are measured. Default: 200000.", 1, 100_000_000);
        Option<int?> seed = ValueOptions.Whole("--seed", "Draws the prompts. Default: 0.", int.MinValue, int.MaxValue, "S");
        Option<string?> json = OutputFile.Option("--json", "Writes the result as JSON.", "FILE");
        var command = new Command("scheduler", "Measures match, choose and promise on one core, with a full tree.") { workload, pages, workers, policy, decisions, seed, json };
        command.SetAction(async (parse, cancel) =>
        {
            OutputFile.Check(parse, json);
            var options = new SchedulerBenchmarkOptions
            {
                Workload = parse.GetValue(workload) ?? defaults.Workload,
                Pages = parse.GetValue(pages) ?? defaults.Pages,
                Workers = parse.GetValue(workers) ?? defaults.Workers,
                Policy = parse.GetValue(policy) ?? defaults.Policy,
                Decisions = parse.GetValue(decisions) ?? defaults.Decisions,
                Seed = parse.GetValue(seed) ?? defaults.Seed,
            };
            SchedulerBenchmarkResult? result = null;
            await ProgressBars.RunAsync(terminal, [("placing", 1000)], report =>
            {
                result = SchedulerBenchmark.Run(options, clock, (done, all) => report(0, (int)(1000L * done / all)), cancel);
                return Task.CompletedTask;
            });
            OutputFile.WriteJson(parse, () => result!.WriteTable(terminal), json, result!.WriteJson);
            return ExitCode.Success;
        });
        return command;
    }
}
