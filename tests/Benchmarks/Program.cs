using System.Runtime.InteropServices;
using Preble.Benchmarks;
using Preble.Core.Placement;

// dotnet run -c Release --project tests/Benchmarks -- engine|placement|grains|all [--quick]
bool quick = args.Contains("--quick");
string which = args.FirstOrDefault(argument => argument != "--quick") ?? "all";
if (which is not ("engine" or "placement" or "grains" or "all") || args.Length > (quick ? 2 : 1))
{
    Console.Error.WriteLine($"'{string.Join(' ', args)}' is not known; allowed: engine, placement, grains, all, each with or without --quick.");
    return 2;
}

Console.WriteLine($"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}");
if (which is "engine" or "all")
{
    Console.WriteLine("== engine");
    EngineBenchmark.Run(Path.Combine(RepositoryRoot.Folder, "models", "demo"), Console.Out, TimeProvider.System, quick);
}

if (which is "placement" or "all")
{
    Console.WriteLine("== placement");
    if (quick)
    {
        PlacementBenchmark.Run(Console.Out, pages: 10_000, decisions: 500, workerCounts: [4], PlacementPolicies.Names);
    }
    else
    {
        PlacementBenchmark.Run(Console.Out);
    }
}

if (which is "grains" or "all")
{
    Console.WriteLine("== grains");
    await GrainCallBenchmark.RunAsync(Console.Out, quick ? TimeSpan.FromMilliseconds(50) : TimeSpan.FromSeconds(5));
}

return 0;
