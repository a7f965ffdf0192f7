namespace Preble.Core.Workloads;

/// <summary>Questions about video.</summary>
internal sealed class VideoQuestions : IWorkloadGenerator
{
    public const string WorkloadName = "videoqa";

    public string Name => WorkloadName;

    public string Description => "questions about up to 75 clips of video a worker, 8.6 to each clip of ten thousand tokens, answers of a few tokens (Preble A.4)";

    public RequestLoad Load => new(8660, 1200, 4);

    public long DefaultRequests(WorkloadOptions options) => (long)Math.Round(VideoPrompts.QuestionsPerClip * VideoPrompts.ClipsPerWorker * options.Workers);

    public WorkloadRequest[] Generate(WorkloadOptions options, int requests)
    {
        var prompts = new VideoPrompts(
            new WorkloadRandom(options.Seed, Chance.Catalogue), new WorkloadRandom(options.Seed, Chance.Order), VideoPrompts.ClipsPerWorker * options.Workers, requests);
        var random = new WorkloadRandom(options.Seed, Chance.Requests);
        var asks = new Ask[requests];
        foreach (ref Ask ask in asks.AsSpan())
        {
            ask = prompts.Next(random);
        }

        return Arrivals.Poisson(options, asks);
    }
}
