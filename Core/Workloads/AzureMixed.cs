namespace Preble.Core.Workloads;

/// <summary>
/// The paper's mix (section 4.2): use of tools at the times of Azure's code service and questions about video at those of its conversations, as many of the one
/// as of the other. Each half is stretched by itself until it has half of the rate: the run that the paper shows ended both at about the same time, which the
/// traces at one common pace do not. Beyond <see cref="AzureGaps.Count"/> of a kind the gaps come again from the start.
/// </summary>
internal sealed class AzureMixed : IWorkloadGenerator
{
    public const string WorkloadName = "azure-mixed";
    private const int RequestsPerWorker = 1000;

    /// <summary>Tools, and clips too: 180 of each on four GPUs.</summary>
    private const int PrefixesPerWorker = 45;

    public string Name => WorkloadName;

    public string Description => "tools and video, half each, at the times of Azure's code and conversation traces of 2023: long pauses and sudden bursts (Preble 4.2)";

    public RequestLoad Load => new(5200, 645, 24);

    public long DefaultRequests(WorkloadOptions options) => (long)RequestsPerWorker * options.Workers;

    public WorkloadRequest[] Generate(WorkloadOptions options, int requests)
    {
        int toolRequests = (requests + 1) / 2;
        int videoRequests = requests - toolRequests;
        int prefixes = PrefixesPerWorker * options.Workers;
        var tools = new ToolPrompts(new WorkloadRandom(options.Seed, Chance.Catalogue), prefixes, options.ToolZipf);
        var toolRandom = new WorkloadRandom(options.Seed, Chance.Requests);
        var events = new List<(double Second, Ask Ask)>(requests);
        foreach (double second in Times(AzureGaps.Code, toolRequests, options.Rate / 2))
        {
            events.Add((second, tools.Next(toolRandom)));
        }

        if (videoRequests > 0)
        {
            var videos = new VideoPrompts(
                new WorkloadRandom(options.Seed, Chance.SecondCatalogue), new WorkloadRandom(options.Seed, Chance.SecondOrder), prefixes, videoRequests);
            var videoRandom = new WorkloadRandom(options.Seed, Chance.SecondRequests);
            foreach (double second in Times(AzureGaps.Conversation, videoRequests, options.Rate / 2))
            {
                events.Add((second, videos.Next(videoRandom)));
            }
        }

        // OrderBy is stable: of two at the same time the tool request is first.
        return [.. events.OrderBy(item => item.Second).Select((item, index) => item.Ask.At(index, Arrivals.Time(item.Second)))];
    }

    /// <summary>The first at 0, then with the trace's gaps, stretched so that there are <paramref name="rate"/> a second over all of them.</summary>
    private static double[] Times(IReadOnlyList<int> gaps, int requests, double rate)
    {
        var times = new double[requests];
        double sum = 0;
        for (int i = 1; i < requests; i++)
        {
            sum += gaps[(i - 1) % gaps.Count];
            times[i] = sum;
        }

        double stretch = sum > 0 ? requests / rate / sum : 0;
        return Array.ConvertAll(times, time => time * stretch);
    }
}
