using System.Runtime.InteropServices;
using Preble.Benchmarks;
using Preble.Benchmarks.Hosts;
using Preble.Benchmarks.Serving;
using Preble.Benchmarks.Studies;
using Preble.Core.Workloads;

// Scheduler and engine are measured by "preble bench scheduler" and "preble bench engine".
// dotnet run -c Release --project tests/Benchmarks -- grains|serving|records|memory [REQUESTS]|all [--quick]
// dotnet run -c Release --project tests/Benchmarks -- paper|programming|ablation|knowledge [--quick], or: rates [WORKLOAD...] [--quick], or: traces FILE...
// dotnet run -c Release --project tests/Benchmarks -- policies|unlisted|drawn [--seeds A,B,...] [--quick]
BenchmarkArguments asked;
Workload[] traces;
try
{
    asked = BenchmarkArguments.Parse(args);
    traces = [.. asked.Files.Select(TraceFile.Read)];
}
catch (FormatException refused)
{
    Console.Error.WriteLine(refused.Message);
    return 2;
}

string which = asked.Name;
bool quick = asked.Quick;
Console.WriteLine($"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}");
switch (which)
{
    case "paper":
        PaperStudy.Run(Console.Out, quick);
        return 0;
    case "programming":
        ProgrammingStudy.Run(Console.Out, quick);
        return 0;
    case "ablation":
        AblationStudy.Run(Console.Out, quick);
        return 0;
    case "policies":
        PolicyStudy.Listed(Console.Out, quick, asked.Seeds);
        return 0;
    case "unlisted":
        PolicyStudy.Unlisted(Console.Out, quick, asked.Seeds);
        return 0;
    case "drawn":
        PolicyStudy.Drawn(Console.Out, quick, asked.Seeds);
        return 0;
    case "knowledge":
        KnowledgeStudy.Run(Console.Out, quick);
        return 0;
    case "rates":
        RatesStudy.Run(Console.Out, quick, asked.Workloads);
        return 0;
    case "traces":
        PolicyStudy.Traces(Console.Out, traces);
        return 0;
}

if (which is "grains" or "all")
{
    Console.WriteLine("== grains");
    await GrainCallBenchmark.RunAsync(Console.Out, quick ? TimeSpan.FromMilliseconds(50) : TimeSpan.FromSeconds(5));
}

if (which is "serving" or "all")
{
    Console.WriteLine($"== serving, {BenchmarkHost.Name} host");
    await PlacementBenchmark.RunAsync(Console.Out, quick);
    await RequestBenchmark.RunAsync(Console.Out, quick);
    await RemoteSiloBenchmark.RunAsync(Console.Out, quick);
}

if (which is "records" or "all")
{
    Console.WriteLine($"== records, {BenchmarkHost.Name} host");
    await RecordsBenchmark.RunAsync(Console.Out, quick);
}

if (which is "memory" or "all")
{
    Console.WriteLine($"== memory, {BenchmarkHost.Name} host");
    await LiveRequestBenchmark.RunAsync(Console.Out, asked.Requests ?? (quick ? 100 : 100_000));
}

return 0;
