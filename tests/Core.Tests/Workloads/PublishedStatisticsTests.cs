using System.Globalization;
using Preble.Core.Workloads;
using Xunit.Abstractions;

namespace Preble.Core.Tests.Workloads;

/// <summary>The five workloads against table 1 of the paper, each with as many requests as its catalogue is made for.</summary>
public sealed class PublishedStatisticsTests(ITestOutputHelper output)
{
    /// <summary>Mean and standard deviation in table 1, and how far off they may be: a share of the mean, a share of the deviation; 0 where it is not held.</summary>
    public static TheoryData<string, int, double[]> Table => new()
    {
        { "toolbench", 15_600, [1835, 742, 43, 16, 0.85, 0.13, 0.76, 0.16, 39, 64] },
        { "embodied", 9600, [2285, 471, 16, 13, 0.97, 0.14, 0.76, 0.12, 48, 8] },
        { "programming", 8000, [3871, 1656, 190, 343, 0.97, 0.074, 0.78, 0.13, 126, 2157] },
        { "videoqa", 2580, [9865, 5976, 4, 1.5, 0.88, 0.32, 0.99, 0.002, 8.6, 2] },
        { "loogle", 864, [23_474, 6105, 16, 9.9, 0.91, 0.24, 0.94, 0.15, 18, 8.6] },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void TheMeansAreThePapers(string name, int requests, double[] published)
    {
        for (int seed = 1; seed <= 4; seed++)
        {
            Workload workload = WorkloadCatalog.Create(name, new WorkloadOptions { Rate = 10, Requests = requests, Seed = seed });
            WorkloadStatistics statistics = WorkloadStatistics.Of(workload);
            (string What, LengthSummary Is)[] rows =
            [
                ("prompt", statistics.Prompt), ("output", statistics.Output), ("found", statistics.FoundShare),
                ("key portion", statistics.KeyPortionShare), ("sharers", statistics.KeyPortionSharers), ("shared", statistics.SharedShare),
            ];
            foreach ((int i, (string what, LengthSummary values)) in rows.Index())
            {
                string paper = i < 5 ? $"{published[2 * i]} +- {published[(2 * i) + 1]}" : "-";
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {seed} {what}: {values.Mean:0.###} +- {values.Deviation:0.###} (paper {paper})"));
            }
            output.WriteLine($"hit {statistics.HitRatio} distinct {statistics.DistinctTokens} gapcv {statistics.GapVariation} keys");
        }
    }
}
