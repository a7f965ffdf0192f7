namespace Preble.Core.Workloads;

/// <summary>
/// Groups of prompts with a long beginning in common: llm-d's benchmark of 150 groups of 5 prompts, 6000 tokens shared and 1200 of their own, 1000 tokens
/// of output. Its prompts are sent again and again, in another order each time.
/// </summary>
internal sealed class SharedPrefix : IWorkloadGenerator
{
    public const string WorkloadName = "shared-prefix";
    private const double GroupsPerWorker = 37.5;
    private const int PromptsPerGroup = 5;
    private const int RoundsByDefault = 2;
    private const int SharedTokens = 6000;
    private const int OwnTokens = 1200;
    private const int OutputTokens = 1000;

    public string Name => WorkloadName;

    public string Description => "llm-d's benchmark: 37.5 groups a worker of 5 prompts, 6000 tokens shared and 1200 their own, 1000 out, each sent twice or more";

    public RequestLoad Load => new(5600, 1600, OutputTokens);

    public long DefaultRequests(WorkloadOptions options) => (long)Groups(options) * PromptsPerGroup * RoundsByDefault;

    public WorkloadRequest[] Generate(WorkloadOptions options, int requests)
    {
        var catalogue = new WorkloadRandom(options.Seed, Chance.Catalogue);
        var prompts = new PromptSegment[Groups(options) * PromptsPerGroup][];
        PromptSegment shared = default;
        for (int i = 0; i < prompts.Length; i++)
        {
            shared = i % PromptsPerGroup == 0 ? new PromptSegment(catalogue.Bits(), SharedTokens) : shared;
            prompts[i] = [shared, new(catalogue.Bits(), OwnTokens)];
        }

        var order = new WorkloadRandom(options.Seed, Chance.Order);
        var random = new WorkloadRandom(options.Seed, Chance.Requests);
        var asks = new Ask[requests];
        for (int i = 0; i < requests; i++)
        {
            int place = i % prompts.Length;
            if (place == 0)
            {
                order.Shuffle<PromptSegment[]>(prompts);
            }

            asks[i] = new Ask(prompts[place], new PromptSegment(random.Bits(), OutputTokens));
        }

        return Arrivals.Poisson(options, asks);
    }

    private static int Groups(WorkloadOptions options) => (int)Math.Ceiling(GroupsPerWorker * options.Workers);
}
