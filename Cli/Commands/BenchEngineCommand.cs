using System.CommandLine;
using System.Globalization;
using Preble.Cli.CommandLine;
using Preble.Cli.Engines;
using Preble.Cli.Gpu;
using Preble.Engine.Diagnostics;
using Preble.Kernels.Device;
using Preble.Kernels.Serving;

namespace Preble.Cli.Commands;

/// <summary><c>preble bench engine</c>: prefill and decode steps of one engine, without scheduler and server.</summary>
internal static class BenchEngineCommand
{
    private const string AllowedDevices = "cpu, cuda, cuda:N";
    private const int TokensMax = 1 << 20;
    private const int BatchMax = 1024;
    private const int BatchesMax = 16;
    private static readonly EngineBenchmarkOptions OnCpu = new(1024, 512, [1, 8, 32], 5);
    private static readonly EngineBenchmarkOptions OnGpu = new(8192, 4096, [1, 8, 64], 20);

    public static Command Create(Terminal terminal, TimeProvider clock, DeviceChoice devices)
    {
        Option<string?> device = ValueOptions.Text("--device", "cpu, cuda, or cuda:N for the GPU of that number. Default: cpu.", "NAME", AllowedDevices);
        Option<string?> shape = ValueOptions.Name(
            "--shape", $"Random weights in this shape: {string.Join(", ", EngineShapes.Names)}. Default: 160m on a CPU, llama-8b on a GPU.", EngineShapes.Names, "NAME");
        Option<string?> model = ValueOptions.Text("--model", "A model folder in Hugging Face layout, in place of --shape.", "FOLDER", OpenEngine.AllowedFolder);
        Option<int?> tokens = ValueOptions.Whole("--tokens", $"Tokens of a prefill. Default: {OnCpu.PrefillTokens} on a CPU, {OnGpu.PrefillTokens} on a GPU.", 1, TokensMax);
        Option<int?> context = ValueOptions.Whole(
            "--context", $"Tokens of a sequence in a decode step. Default: {OnCpu.Context} on a CPU, {OnGpu.Context} on a GPU.", 1, TokensMax);
        Option<int[]?> batches = ValueOptions.WholeList(
            "--batches", "Sequences of the decode steps. Default: 1,8,32 on a CPU, 1,8,64 on a GPU.", 1, BatchMax, BatchesMax, "N,N,...");
        Option<int?> repeats = ValueOptions.Whole("--repeats", $"Steps of each kind that are timed. Default: {OnCpu.Repeats} on a CPU, {OnGpu.Repeats} on a GPU.", 1, 10_000);
        Option<int?> threads = ValueOptions.Whole("--threads", "Threads of a CPU. Default: one for each core.", 1, 256);
        Option<string?> json = OutputFile.Option("--json", "Writes the result as JSON.", "FILE");
        var command = new Command("engine", "Times prefill and decode steps of one engine beside what memory and arithmetic allow.")
        {
            device, shape, model, tokens, context, batches, repeats, threads, json,
        };
        command.SetAction(async (parse, cancel) =>
        {
            OutputFile.Check(parse, json);
            string where = parse.GetValue(device) ?? "cpu";
            int? number = Number(where);
            EngineBenchmarkOptions defaults = number is null ? OnCpu : OnGpu;
            var options = new EngineBenchmarkOptions(
                parse.GetValue(tokens) ?? defaults.PrefillTokens, parse.GetValue(context) ?? defaults.Context,
                parse.GetValue(batches) is { Length: > 0 } sizes ? sizes : defaults.Batches, parse.GetValue(repeats) ?? defaults.Repeats);
            string? folder = parse.GetValue(model);
            if (folder is not null && parse.GetValue(shape) is not null)
            {
                throw new UsageException("--model and --shape exclude each other; allowed: one of them.");
            }

            string name = parse.GetValue(shape) ?? (number is null ? "160m" : "llama-8b");
            RandomModelShape random = EngineShapes.Get(name);
            if (number is null && folder is null && random.LayerParameters > EngineShapes.ParametersOfFileMax)
            {
                throw new UsageException($"--shape '{name}' is for GPUs; allowed on a CPU: {string.Join(", ", EngineShapes.NamesOfFiles)}, or --model.");
            }

            using CudaDevice? gpu = number is { } index ? devices.Open(index) : null;
            EngineReport? report = null;
            await ProgressBars.RunAsync(terminal, [("measuring", 1 + options.Batches.Count)], progress =>
            {
                using OpenEngine open = gpu is null
                    ? OpenEngine.OnCpu(folder, random, options, parse.GetValue(threads) ?? Environment.ProcessorCount, clock)
                    : OpenEngine.OnGpu(gpu, devices.Peaks, folder, random, options, new CudaOptions { StepTokensMax = Math.Max(16, options.PrefillTokens) });
                var steps = new List<EngineStep>();
                foreach (EngineStep step in new EngineBenchmark(open.Engine, options, clock).Run(cancel))
                {
                    steps.Add(step);
                    progress(0, steps.Count);
                }

                report = new EngineReport(folder ?? name, open.Products, [.. open.Notes], open.Engine, steps);
                return Task.CompletedTask;
            });
            OutputFile.WriteJson(parse, () => report!.Write(terminal), json, report!.WriteJson);
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>Number of the GPU; null for the CPU.</summary>
    private static int? Number(string device) => device switch
    {
        "cpu" => null,
        "cuda" => 0,
        _ when device.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(device.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int number) => number,
        _ => throw new UsageException($"--device '{device}' is not known; allowed: {AllowedDevices}."),
    };
}
