using System.CommandLine;
using Preble.Cli.CommandLine;
using Preble.Cli.Gpu;
using Preble.Kernels.Checking;
using Preble.Kernels.Device;

namespace Preble.Cli.Commands;

/// <summary><c>preble kernels check</c>: every kernel against a reference in double precision.</summary>
internal static class KernelsCheckCommand
{
    private static readonly string[] Sizes = ["large", "small"];

    public static Command Create(Terminal terminal, DeviceChoice devices)
    {
        Option<int?> number = DeviceChoice.Number();
        Option<string?> only = ValueOptions.Name("--op", $"Checks one op: {string.Join(", ", KernelChecker.Ops)}. Default: all.", KernelChecker.Ops, "NAME");
        Option<string?> size = ValueOptions.Name(
            "--size", "large: shapes of real models besides small ones; small: those that find mistakes of indexing. Default: large.", Sizes, "NAME");
        Option<int?> seed = ValueOptions.Whole("--seed", "Draws inputs and some shapes. Default: another one each time; the report names it.", 0, int.MaxValue, "S");
        Option<string?> json = OutputFile.Option("--json", "Writes the results as JSON.", "FILE");
        var command = new Command("check", "Compares every kernel with a reference in double precision, on fresh random inputs.") { number, only, size, seed, json };
        command.SetAction(async (parse, cancel) =>
        {
            OutputFile.Check(parse, json);
            int drawn = parse.GetValue(seed) ?? Random.Shared.Next();
            string[] ops = parse.GetValue(only) is { } one ? [one] : [.. KernelChecker.Ops];
            CheckSize shapes = parse.GetValue(size) == "small" ? CheckSize.Small : CheckSize.Large;
            using CudaDevice device = devices.Open(parse.GetValue(number) ?? 0);
            var results = new List<CheckResult>();
            await ProgressBars.RunAsync(terminal, [.. ops.Select(op => (op, 1))], report =>
            {
                for (int i = 0; i < ops.Length; i++)
                {
                    foreach (CheckResult result in KernelChecker.Run(device, [ops[i]], shapes, (ulong)drawn))
                    {
                        cancel.ThrowIfCancellationRequested();
                        results.Add(result);
                        if (result.LostDevice)
                        {
                            return Task.CompletedTask;
                        }
                    }

                    report(i, 1);
                }

                return Task.CompletedTask;
            });
            var found = new CheckReport(DeviceLine.Of(device), drawn, results);
            OutputFile.WriteJson(parse, () => found.Write(terminal), json, found.WriteJson);
            return found.Failed == 0 ? ExitCode.Success : throw new RunFailedException($"{found.Failed} of {results.Count(result => result.Skipped is null)} checks failed.");
        });
        return command;
    }
}
