using System.Diagnostics;
using Preble.Grains.Interfaces;

namespace Preble.Benchmarks.Serving;

/// <summary>What callers saw that ran one request after the other.</summary>
/// <param name="Seconds">How long all of it took.</param>
/// <param name="Firsts">From each request's begin to its first token. [us]</param>
/// <param name="Lasts">To its last. [us]</param>
/// <param name="Bytes">Allocated meanwhile, by the whole process.</param>
internal sealed record CallerLoad(double Seconds, List<double> Firsts, List<double> Lasts, long Bytes)
{
    /// <summary>Runs requests until the time is over, each caller at least one.</summary>
    /// <param name="callers">How many run theirs at the same time.</param>
    /// <param name="duration">After it no request is begun.</param>
    /// <param name="next">Begins the next request.</param>
    public static async Task<CallerLoad> RunAsync(int callers, TimeSpan duration, Func<IAsyncEnumerable<GenerationEvent>> next)
    {
        var first = new List<double>[callers];
        var last = new List<double>[callers];
        long bytes = GC.GetTotalAllocatedBytes();
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            (first[caller], last[caller]) = ([], []);
            do
            {
                int tokens = 0;
                long began = Stopwatch.GetTimestamp();
                await foreach (GenerationEvent item in next())
                {
                    if (item.Failure is not null) throw new InvalidOperationException(item.Message);
                    if (tokens == 0) first[caller].Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
                    tokens += item.Tokens.Length;
                }

                last[caller].Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
            }
            while (Stopwatch.GetElapsedTime(start) < duration);
        })));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new CallerLoad(seconds, [.. first.SelectMany(of => of)], [.. last.SelectMany(of => of)], GC.GetTotalAllocatedBytes() - bytes);
    }
}
