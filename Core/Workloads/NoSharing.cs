namespace Preble.Core.Workloads;

/// <summary>Nothing to reuse: what a placement by prefixes costs where it cannot gain. Lengths of the conversations in Azure's trace of 2023.</summary>
internal sealed class NoSharing : IWorkloadGenerator
{
    public const string WorkloadName = "no-sharing";
    private const int RequestsPerWorker = 750;

    /// <summary>In the trace: mean 1155, half of them up to 1020, one in a hundred over 4142.</summary>
    internal static readonly Lengths Prompt = new(1155, 800, 16, 14_050);

    /// <summary>In the trace: mean 211, half of them up to 129, one in ten over 424.</summary>
    internal static readonly Lengths Answer = new(222, 285, 1, 1000);

    public string Name => WorkloadName;

    public string Description => "conversations of which no two begin alike, with the lengths of Azure's trace of 2023: nothing to reuse";

    public RequestLoad Load => new(0, 1155, 211);

    public long DefaultRequests(WorkloadOptions options) => (long)RequestsPerWorker * options.Workers;

    public WorkloadRequest[] Generate(WorkloadOptions options, int requests)
    {
        var random = new WorkloadRandom(options.Seed, Chance.Requests);
        var asks = new Ask[requests];
        foreach (ref Ask ask in asks.AsSpan())
        {
            PromptSegment[] prompt = [new(random.Bits(), Prompt.Draw(random))];
            ask = new Ask(prompt, new PromptSegment(random.Bits(), Answer.Draw(random)));
        }

        return Arrivals.Poisson(options, asks);
    }
}
