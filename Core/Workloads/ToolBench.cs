namespace Preble.Core.Workloads;

/// <summary>
/// Use of tools. The paper's data set has 39 requests for a tool with a deviation of 64; 15,600 requests to 400 tools have that mean, the
/// <see cref="DefaultRequests"/> of its load tests fewer, and with its Zipf exponent of 1.1 the favourites have more.
/// </summary>
internal sealed class ToolBench : IWorkloadGenerator
{
    public const string WorkloadName = "toolbench";
    private const int RequestsPerWorker = 1350;

    public string Name => WorkloadName;

    public string Description => "questions to an assistant with tools: one system prompt, 100 tools a worker used by Zipf's law, a question of its own (Preble A.1)";

    public RequestLoad Load => new(1515, 320, 43);

    public long DefaultRequests(WorkloadOptions options) => (long)RequestsPerWorker * options.Workers;

    public WorkloadRequest[] Generate(WorkloadOptions options, int requests)
    {
        var prompts = new ToolPrompts(new WorkloadRandom(options.Seed, Chance.Catalogue), ToolPrompts.ToolsPerWorker * options.Workers, options.ToolZipf);
        var random = new WorkloadRandom(options.Seed, Chance.Requests);
        var asks = new Ask[requests];
        foreach (ref Ask ask in asks.AsSpan())
        {
            ask = prompts.Next(random);
        }

        return Arrivals.Poisson(options, asks);
    }
}
