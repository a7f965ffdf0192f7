using System.CommandLine;
using Preble.Cli.CommandLine;
using Preble.Cli.Gpu;
using Preble.Kernels.Device;
using Preble.Kernels.Timing;

namespace Preble.Cli.Commands;

/// <summary><c>preble kernels bench</c>: how fast every kernel is, and how much of what the card reaches.</summary>
internal static class KernelsBenchCommand
{
    public static Command Create(Terminal terminal, DeviceChoice devices)
    {
        Option<int?> number = DeviceChoice.Number();
        Option<string?> only = ValueOptions.Name("--op", $"Times one op: {string.Join(", ", KernelBenchmark.Ops)}. Default: all.", KernelBenchmark.Ops, "NAME");
        Option<string?> json = OutputFile.Option("--json", "Writes the results as JSON.", "FILE");
        var command = new Command("bench", "Times every kernel with shapes of an 8B Llama and of the bundled model, beside peaks measured in the same run.") { number, only, json };
        command.SetAction(async (parse, cancel) =>
        {
            OutputFile.Check(parse, json);
            string[] ops = parse.GetValue(only) is { } one ? [one] : [.. KernelBenchmark.Ops];
            using CudaDevice device = devices.Open(parse.GetValue(number) ?? 0);
            var results = new List<KernelBenchResult>();
            DevicePeaks? peaks = null;
            string cublasProblem = "";
            await ProgressBars.RunAsync(terminal, [.. ops.Select(op => (op, 1))], report =>
            {
                using var benchmark = new KernelBenchmark(device);
                (peaks, cublasProblem) = (benchmark.Peaks, benchmark.CublasProblem);
                for (int i = 0; i < ops.Length; i++)
                {
                    foreach (KernelBenchResult result in benchmark.Run([ops[i]]))
                    {
                        cancel.ThrowIfCancellationRequested();
                        results.Add(result);
                    }

                    report(i, 1);
                }

                return Task.CompletedTask;
            });
            var measured = new BenchReport(DeviceLine.Of(device), peaks!, cublasProblem, results);
            OutputFile.WriteJson(parse, () => measured.Write(terminal), json, measured.WriteJson);
            return ExitCode.Success;
        });
        return command;
    }
}
