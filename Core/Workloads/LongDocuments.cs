namespace Preble.Core.Workloads;

/// <summary>
/// Questions about long documents (LooGLE; paper, appendix A.5): a short system prompt, a document, a question. A prompt over <see cref="PromptMax"/> loses
/// its middle, as the released code has it: what is left of the end lies elsewhere for each length of question, so that only the first half is shared.
/// </summary>
internal sealed class LongDocuments : IWorkloadGenerator
{
    public const string WorkloadName = "loogle";

    /// <summary>Context of 32,768 tokens less the longest answer.</summary>
    private const int PromptMax = 32_768 - AnswerMax;
    private const int AnswerMax = 45;
    private const int SystemTokens = 13;
    private const int DocumentsPerWorker = 12;
    private const double QuestionsPerDocument = 18;
    private const double QuestionsDeviation = 8.6;
    private static readonly Lengths Document = new(23_620, 6500, 4000, 60_000, Skewed: false);
    private static readonly Lengths Question = new(50, 14, 26, 160);
    private static readonly Lengths Answer = new(16, 9.9, 1, AnswerMax);

    public string Name => WorkloadName;

    public string Description => "questions about up to 12 long documents a worker, 18 to each of 23 thousand tokens, half of it cut where 32 thousand are too many (Preble A.5)";

    public RequestLoad Load => new(21_050, 2470, 16);

    public long DefaultRequests(WorkloadOptions options) => (long)(QuestionsPerDocument * DocumentsPerWorker) * options.Workers;

    public WorkloadRequest[] Generate(WorkloadOptions options, int requests)
    {
        var catalogue = new WorkloadRandom(options.Seed, Chance.Catalogue);
        var system = new PromptSegment(catalogue.Bits(), SystemTokens);
        int[] counts = Sharers.Deal(catalogue, requests, QuestionsPerDocument, QuestionsDeviation, DocumentsPerWorker * options.Workers);
        int[] lengths = Document.Fit(catalogue, Sharers.Weights(counts));
        PromptSegment[] documents = Array.ConvertAll(lengths, length => new PromptSegment(catalogue.Bits(), length));

        var random = new WorkloadRandom(options.Seed, Chance.Requests);
        int[] order = Sharers.Shuffled(new WorkloadRandom(options.Seed, Chance.Order), counts);
        Ask[] asks = Array.ConvertAll(order, document => new Ask(Prompt(system, documents[document], random), new PromptSegment(random.Bits(), Answer.Draw(random))));
        return Arrivals.Poisson(options, asks);
    }

    private static PromptSegment[] Prompt(PromptSegment system, PromptSegment document, WorkloadRandom random)
    {
        var question = new PromptSegment(random.Bits(), Question.Draw(random));
        if (system.Tokens + document.Tokens + question.Tokens <= PromptMax)
        {
            return [system, document, question];
        }

        const int half = PromptMax / 2;
        return [system, document with { Tokens = half - system.Tokens }, question with { Tokens = half }];
    }
}
