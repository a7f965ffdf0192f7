using System.Runtime.InteropServices;
using Preble.Benchmarks;

// The scheduler is measured by "preble bench scheduler" (Cli/Placing).
// dotnet run -c Release --project tests/Benchmarks -- engine|grains|all [--quick]
bool quick = args.Contains("--quick");
string which = args.FirstOrDefault(argument => argument != "--quick") ?? "all";
if (which is not ("engine" or "grains" or "all") || args.Length > (quick ? 2 : 1))
{
    Console.Error.WriteLine($"'{string.Join(' ', args)}' is not known; allowed: engine, grains, all, each with or without --quick.");
    return 2;
}

Console.WriteLine($"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}");
if (which is "engine" or "all")
{
    Console.WriteLine("== engine");
    EngineBenchmark.Run(Path.Combine(RepositoryRoot.Folder, "models", "demo"), Console.Out, TimeProvider.System, quick);
}

if (which is "grains" or "all")
{
    Console.WriteLine("== grains");
    await GrainCallBenchmark.RunAsync(Console.Out, quick ? TimeSpan.FromMilliseconds(50) : TimeSpan.FromSeconds(5));
}

return 0;
