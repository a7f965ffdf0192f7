namespace Preble.Core.Workloads;

/// <summary>
/// Documents whose keys and values together are what all workers hold: each fits somewhere, and only if none is held twice for long do they all. Questions
/// are about any of them with the same chance. Documents are as long as these mostly are, or a quarter of a worker where that holds little.
/// </summary>
internal sealed class DocumentsAtCapacity : IWorkloadGenerator
{
    public const string WorkloadName = "documents-at-capacity";
    private const int QuestionsPerDocument = 20;
    private const double DocumentMean = 16_000;

    /// <summary>Standard deviation over mean.</summary>
    private const double Spread = 0.4;

    /// <summary>Documents of average length that a worker holds at least.</summary>
    private const int DocumentsPerWorkerMin = 4;

    private static readonly Lengths Question = new(80, 30, 16, 300);
    private static readonly Lengths Answer = new(100, 60, 4, 600);

    public string Name => WorkloadName;

    public string Description => "questions about documents that take all of the cluster's memory together: they fit if none is held twice (sized by workers and KV tokens)";

    public RequestLoad Load => new(12_900, 3180, 100);

    public long DefaultRequests(WorkloadOptions options) => (long)Math.Ceiling(Documents(options) * QuestionsPerDocument);

    public WorkloadRequest[] Generate(WorkloadOptions options, int requests)
    {
        double mean = Mean(options);
        var lengths = new Lengths(mean, Spread * mean, (int)Math.Ceiling(mean / 8), (int)Math.Ceiling(2 * mean));

        // More documents than requests could not all be asked about.
        var catalogue = new WorkloadRandom(options.Seed, Chance.Catalogue);
        var weights = new double[(int)Math.Clamp(Math.Round(Documents(options)), 1, requests)];
        Array.Fill(weights, 1);
        PromptSegment[] documents = Array.ConvertAll(lengths.Fit(catalogue, weights), length => new PromptSegment(catalogue.Bits(), length));

        var random = new WorkloadRandom(options.Seed, Chance.Requests);
        var asks = new Ask[requests];
        foreach (ref Ask ask in asks.AsSpan())
        {
            PromptSegment[] prompt = [documents[random.Below(documents.Length)], new(random.Bits(), Question.Draw(random))];
            ask = new Ask(prompt, new PromptSegment(random.Bits(), Answer.Draw(random)));
        }

        return Arrivals.Poisson(options, asks);
    }

    private static double Mean(WorkloadOptions options) =>
        Math.Max(1, Math.Min(DocumentMean, (double)options.KvTokensInAll / options.Workers / DocumentsPerWorkerMin));

    private static double Documents(WorkloadOptions options) => Math.Max(1, options.KvTokensInAll / Mean(options));
}
