using System.CommandLine;
using Preble.Cli.CommandLine;
using Preble.Cli.Engines;
using Preble.Cli.Gpu;
using Preble.Engine.Cpu;
using Preble.Engine.Models;
using Preble.Engine.Weights;
using Preble.Kernels.Device;
using Preble.Kernels.Serving;

namespace Preble.Cli.Commands;

/// <summary><c>preble kernels text</c>: whether a model says the same on the GPU as on the CPU.</summary>
internal static class KernelsTextCommand
{
    private const int PageTokens = 16;
    private const int PromptsMax = 1024;
    private const int PagesMax = 4096;
    private const int Running = 64;

    public static Command Create(Terminal terminal, DeviceChoice devices)
    {
        Option<int?> number = DeviceChoice.Number();
        Option<string?> model = ValueOptions.Text("--model", "A model folder in Hugging Face layout. Default: models/demo.", "FOLDER", OpenEngine.AllowedFolder);
        Option<string?> prompts = ValueOptions.Text(
            "--prompts", $"JSON Lines with prompt_ids. Default: the model's {GreedyPrompts.FileName}.", "FILE", "a file of JSON lines with prompt_ids");
        Option<int?> tokens = ValueOptions.Whole("--tokens", "Tokens after each prompt at most. Default: 48.", 1, 4096);
        Option<int?> limit = ValueOptions.Whole("--limit", "Prompts at most. Default: all.", 1, PromptsMax);
        var command = new Command("text", "Compares a model's greedy tokens on the GPU with those on the CPU: alone, in batches, and from cached pages.")
        {
            number, model, prompts, tokens, limit,
        };
        command.SetAction((parse, cancel) =>
        {
            string folder = parse.GetValue(model) ?? "models/demo";
            ModelConfig config = Loaded(() => ModelConfig.Load(folder));
            int[][] asked = GreedyPrompts.Read(parse.GetValue(prompts) ?? Path.Combine(folder, GreedyPrompts.FileName), config.VocabularySize);
            asked = [.. asked.Take(parse.GetValue(limit) ?? PromptsMax)];
            int most = parse.GetValue(tokens) ?? 48;
            using CudaDevice device = devices.Open(parse.GetValue(number) ?? 0);
            int[][] want;
            using (CpuModel onCpu = Loaded(() => CpuModel.Load(folder, new CpuOptions())))
            using (var cpu = new CpuForwardPass(onCpu, PagesMax, PageTokens, Environment.ProcessorCount))
            {
                want = new GreedyRun(cpu, config.EosTokenIds, Running).Run(asked, most, cancel);
            }

            var options = new CudaOptions { PageTokens = PageTokens, Note = note => terminal.Output.Write($"{note}\n") };
            using CudaModel onGpu = Loaded(() => CudaModel.Load(folder, device, options));
            using var gpu = new CudaForwardPass(onGpu, PagesMax);
            var batched = new GreedyRun(gpu, config.EosTokenIds, Running);
            (string How, int[][] Got)[] runs =
            [
                ("in batches", batched.Run(asked, most, cancel)),
                ("from cached pages", batched.Run(asked, most, cancel)),
                ("alone", new GreedyRun(gpu, config.EosTokenIds, running: 1).Run(asked, most, cancel)),
            ];
            terminal.Output.Write($"{DeviceLine.Of(device)}, products by {gpu.MatrixProductsBy}\n");
            int differing = 0;
            foreach ((string how, int[][] got) in runs)
            {
                int[] wrong = [.. Enumerable.Range(0, asked.Length).Where(i => !got[i].SequenceEqual(want[i]))];
                differing += wrong.Length;
                string first = wrong.Length == 0 ? "" : $"; prompt {wrong[0]} first, from token {got[wrong[0]].AsSpan().CommonPrefixLength(want[wrong[0]])} on";
                terminal.Output.Write($"{how}: {asked.Length - wrong.Length} of {asked.Length} prompts as on the CPU{first}\n");
            }

            return differing == 0 ? Task.FromResult(ExitCode.Success) : throw new RunFailedException($"{differing} of {runs.Length * asked.Length} answers differ from the CPU's.");
        });
        return command;
    }

    private static T Loaded<T>(Func<T> load)
    {
        try
        {
            return load();
        }
        catch (ModelFormatException wrong)
        {
            throw UsageException.From(wrong);
        }
    }
}
