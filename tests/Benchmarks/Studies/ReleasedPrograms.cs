using Preble.Core.Workloads;

namespace Preble.Benchmarks.Studies;

/// <summary>
/// Generation of programs as Preble's released benchmark draws it (WukLab/preble, benchmarks/benchmark_workload_gen.py, ProgrammingDataset, and
/// multi_exp_configs/e2e_programming.py): 2400 tokens for all, 80 problems a GPU, an end of its own for each request, answers of at most 512 tokens, 625 seconds of
/// Poisson arrivals. The lengths of problems and answers are those of the paper's table 1, cut as there; each problem is asked equally often, which the paper leaves open.
/// </summary>
internal static class ReleasedPrograms
{
    /// <summary>Of arrivals.</summary>
    public const double Seconds = 625;
    private const int SystemTokens = 2400;
    private const int ProblemsPerWorker = 80;
    private const int EndTokens = 24;
    private const int AnswerTokensMax = 512;
    private const int ProblemTokensMax = 6000;

    public static Workload Draw(int workers, double rate, int seed, double seconds)
    {
        var random = new Random(seed);
        int problems = ProblemsPerWorker * workers;
        int[] lengths = [.. Enumerable.Range(0, problems).Select(_ => LogNormal(random, 1447, 1656, 80, ProblemTokensMax))];
        int[] asked = [.. Enumerable.Range(0, (int)(seconds * rate)).Select(i => i % problems)];
        random.Shuffle(asked);
        var requests = new WorkloadRequest[asked.Length];
        double at = 0;
        for (int i = 0; i < requests.Length; i++)
        {
            ulong content = 1000 + (ulong)(2 * i);
            requests[i] = new WorkloadRequest
            {
                Index = i,
                Arrival = TimeSpan.FromSeconds(at),
                Prompt = (PromptSegment[])[new(1, SystemTokens), new(1_000_000 + (ulong)asked[i], lengths[asked[i]]), new(10_000_000 + content, EndTokens)],
                Output = new PromptSegment(10_000_001 + content, LogNormal(random, 190, 343, 4, AnswerTokensMax)),
            };
            at += -Math.Log(1 - random.NextDouble()) / rate;
        }

        return new Workload { Name = "programming, as released", Requests = requests, Rate = rate, Seed = seed };
    }

    private static int LogNormal(Random random, double mean, double deviation, int min, int max)
    {
        double variance = Math.Log(1 + (deviation * deviation / (mean * mean)));
        double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return (int)Math.Clamp(Math.Exp(Math.Log(mean) - (variance / 2) + (Math.Sqrt(variance) * normal)), min, max);
    }
}
