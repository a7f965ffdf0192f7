namespace Preble.Core.Workloads;

/// <summary>
/// Generation of programs (APPS; paper, appendix A.3): a system prompt of 2400 tokens for all, a problem, and many answers to it of which some are wanted
/// together. Half of the requests are the same prompt to the last token, half end in something of their own, as the released code has it for all.
/// <para>
/// Most problems are short beside the system prompt and a fifth are longer than it, so that the key portion is now the one and now the other. One key portion
/// is then the whole load's and the others have a problem's requests: the mean of 126 is the paper's, the deviation grows with the root of the number of
/// requests, and is the 2157 of its table only at about fifty thousand. Its deviation of the output, 343 at a mean of 190, rules out the limit of 512 in
/// the released code.
/// </para>
/// </summary>
internal sealed class ProgramGeneration : IWorkloadGenerator
{
    public const string WorkloadName = "programming";
    private const int SystemTokens = 2400;
    private const int ProblemsPerWorker = 80;
    private const double AnswersPerProblem = 25;
    private const double AnswersDeviation = 6;
    private const double LongShare = 0.2;

    /// <summary>Answers to one problem that are wanted one after another.</summary>
    private const int Together = 5;

    private const double OwnEndShare = 0.5;
    private static readonly Lengths OwnEnd = new(24, 2, 18, 32);
    private static readonly Lengths ShortProblem = new(674, 300, 80, 2200);
    private static readonly Lengths LongProblem = new(4541, 1200, 2500, 9000);
    private static readonly Lengths Answer = new(190, 343, 4, 8000);

    public string Name => WorkloadName;

    public string Description => "programs for up to 80 problems a worker: 2400 tokens of examples for all, a problem, 25 answers to each, some together (Preble A.3)";

    public RequestLoad Load => new(3780, 80, 190);

    public long DefaultRequests(WorkloadOptions options) => (long)(ProblemsPerWorker * AnswersPerProblem) * options.Workers;

    public WorkloadRequest[] Generate(WorkloadOptions options, int requests)
    {
        var catalogue = new WorkloadRandom(options.Seed, Chance.Catalogue);
        var system = new PromptSegment(catalogue.Bits(), SystemTokens);
        int[] counts = Sharers.Deal(catalogue, requests, AnswersPerProblem, AnswersDeviation, ProblemsPerWorker * options.Workers);
        PromptSegment[] problems = Problems(catalogue, counts);

        // What is shuffled are the groups, and the last one of a problem may be smaller.
        int[] groups = Sharers.Shuffled(new WorkloadRandom(options.Seed, Chance.Order), Array.ConvertAll(counts, count => (count + Together - 1) / Together));
        var random = new WorkloadRandom(options.Seed, Chance.Requests);
        var asks = new List<Ask>(requests);
        foreach (int problem in groups)
        {
            int answers = Math.Min(Together, counts[problem]);
            counts[problem] -= answers;
            for (int i = 0; i < answers; i++)
            {
                PromptSegment[] prompt = random.Share() < OwnEndShare
                    ? [system, problems[problem], new(random.Bits(), OwnEnd.Draw(random))]
                    : [system, problems[problem]];
                asks.Add(new Ask(prompt, new PromptSegment(random.Bits(), Answer.Draw(random))));
            }
        }

        return Arrivals.Poisson(options, [.. asks]);
    }

    private static PromptSegment[] Problems(WorkloadRandom random, int[] counts)
    {
        int[] order = [.. Enumerable.Range(0, counts.Length)];
        random.Shuffle<int>(order);
        int longs = (int)Math.Round(LongShare * counts.Length);
        var problems = new PromptSegment[counts.Length];
        Fill(LongProblem, order.AsSpan(0, longs));
        Fill(ShortProblem, order.AsSpan(longs));
        return problems;

        void Fill(Lengths lengths, ReadOnlySpan<int> which)
        {
            var weights = new double[which.Length];
            for (int i = 0; i < which.Length; i++)
            {
                weights[i] = counts[which[i]];
            }

            int[] fitted = lengths.Fit(random, weights);
            for (int i = 0; i < which.Length; i++)
            {
                problems[which[i]] = new PromptSegment(random.Bits(), fitted[i]);
            }
        }
    }
}
