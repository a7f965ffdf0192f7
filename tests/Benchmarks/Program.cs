using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Preble.Benchmarks;
using Preble.Benchmarks.Hosts;
using Preble.Benchmarks.Serving;
using Preble.Benchmarks.Studies;
using Preble.Core.Workloads;

// Scheduler and engine are measured by "preble bench scheduler" and "preble bench engine".
// dotnet run -c Release --project tests/Benchmarks -- grains|serving|records|memory|all [--quick]
// dotnet run -c Release --project tests/Benchmarks -- paper|ablation|policies|unlisted|knowledge|rates [--quick], or: traces FILE...
// memory takes a number of requests other than its 100,000.
string[] benchmarks = ["grains", "serving", "records", "memory", "all"];
string[] studies = ["paper", "ablation", "policies", "unlisted", "knowledge", "rates", "traces"];
bool quick = args.Contains("--quick");
string[] rest = [.. args.Where(argument => argument != "--quick")];
string which = rest.FirstOrDefault() ?? "all";
string[] known = [.. benchmarks, .. studies];
int liveRequests = quick ? 100 : 100_000;
bool isSized = which == "memory" && rest.Length == 2 && int.TryParse(rest[1], CultureInfo.InvariantCulture, out liveRequests) && liveRequests > 0;
if (!known.Contains(which) || (rest.Length > 1 && which != "traces" && !isSized))
{
    Console.Error.WriteLine($"'{string.Join(' ', args)}' is not known; allowed: {string.Join(", ", known)}, each with or without --quick; traces takes files, memory a number of requests.");
    return 2;
}

Console.WriteLine($"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}");
switch (which)
{
    case "paper":
        PaperStudy.Run(Console.Out, quick);
        return 0;
    case "ablation":
        AblationStudy.Run(Console.Out, quick);
        return 0;
    case "policies":
        PolicyStudy.Listed(Console.Out, quick);
        return 0;
    case "unlisted":
        PolicyStudy.Unlisted(Console.Out, quick);
        return 0;
    case "knowledge":
        KnowledgeStudy.Run(Console.Out, quick);
        return 0;
    case "rates":
        RatesStudy.Run(Console.Out, quick);
        return 0;
    case "traces":
        PolicyStudy.Traces(Console.Out, rest[1..].Select(ReadTrace));
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
    await LiveRequestBenchmark.RunAsync(Console.Out, liveRequests);
}

return 0;

static Workload ReadTrace(string path)
{
    using Stream file = File.OpenRead(path);
    using Stream plain = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
    using var lines = new StreamReader(plain);
    return MooncakeTrace.Read(Path.GetFileName(path), lines, new MooncakeOptions());
}
