using System.Globalization;
using Preble.Core.Workloads;
using Xunit.Abstractions;

namespace Preble.Core.Tests.Workloads;

/// <summary>
/// The five workloads against table 1 of the paper (appendix A), each with as many requests as make its sharers the paper's. Prints both.
/// <para>
/// Two deviations of the sharers are the paper's data's and not ours. ToolBench: ours has the favourites of a Zipf exponent of 1.1, as the paper's load tests.
/// Programming: nearly all short problems have the common prompt as key portion, so that the deviation grows with the number of requests; 2157 needs fifty
/// thousand of them. The key portion, too, deviates less than published for tools (0.08 to 0.13 for 0.16) and programs (0.09 for 0.13), and by 0.005 for 0.002 for video: it is
/// held to what is seen, so that it does not get further away.
/// </para>
/// </summary>
public sealed class PublishedStatisticsTests(ITestOutputHelper output)
{
    /// <summary>How far means may be off, as a share of the published.</summary>
    private const double MeanTolerance = 0.04;

    /// <summary>How far standard deviations may be off where they are held, as a share of the published.</summary>
    private const double DeviationTolerance = 0.2;

    /// <summary>Table 1, means and deviations: prompt, output, found, key portion, sharers; and those deviations that are held; how far the key portion's may be off.</summary>
    public static TheoryData<string, int, double[], string, double> Table => new()
    {
        { "toolbench", 15_600, [1835, 742, 43, 16, 0.85, 0.13, 0.76, 0.16, 39, 64], "prompt output found", 0.09 },
        { "embodied", 9600, [2285, 471, 16, 13, 0.97, 0.14, 0.76, 0.12, 48, 8], "prompt output found sharers", 0.02 },
        { "programming", 8000, [3871, 1656, 190, 343, 0.97, 0.074, 0.78, 0.13, 126, 2157], "prompt output found", 0.05 },
        { "videoqa", 2580, [9865, 5976, 4, 1.5, 0.88, 0.32, 0.99, 0.002, 8.6, 2], "prompt output found sharers", 0.004 },
        { "loogle", 864, [23_474, 6105, 16, 9.9, 0.91, 0.24, 0.94, 0.15, 18, 8.6], "prompt output found sharers", 0.04 },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void MeansAndDeviationsAreThoseOfThePaper(string name, int requests, double[] published, string held, double keyTolerance)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            Workload workload = WorkloadCatalog.Create(name, new WorkloadOptions { Rate = 10, Requests = requests, Seed = seed });
            WorkloadStatistics statistics = WorkloadStatistics.Of(workload);
            (string What, LengthSummary Is)[] rows =
            [
                ("prompt", statistics.Prompt), ("output", statistics.Output), ("found", statistics.FoundShare),
                ("key", statistics.KeyPortionShare), ("sharers", statistics.KeyPortionSharers),
            ];
            foreach ((int i, (string what, LengthSummary values)) in rows.Index())
            {
                (double mean, double deviation) = (published[2 * i], published[(2 * i) + 1]);
                string line = string.Create(
                    CultureInfo.InvariantCulture, $"{name,-12} seed {seed}  {what,-8} {values.Mean,9:0.###} ± {values.Deviation,8:0.###}   published {mean,7} ± {deviation}");
                output.WriteLine(line);
                values.Mean.Should().BeApproximately(mean, mean * MeanTolerance, line);
                if (what == "key")
                {
                    values.Deviation.Should().BeApproximately(deviation, keyTolerance, line);
                }

                if (held.Split(' ').Contains(what))
                {
                    values.Deviation.Should().BeApproximately(deviation, deviation * DeviationTolerance, line);
                }
            }
        }
    }

    [Fact]
    public void TheDefaultNumberOfRequestsHasTheSharersOfItsSource()
    {
        foreach ((string name, double sharers) in new[] { ("embodied", 48), ("programming", 126), ("videoqa", 8.6), ("loogle", 18) })
        {
            foreach (int workers in new[] { 2, 4, 8 })
            {
                Workload workload = WorkloadCatalog.Create(name, new WorkloadOptions { Rate = 10, Seed = 3, Workers = workers });
                WorkloadStatistics.Of(workload).KeyPortionSharers.Mean.Should().BeApproximately(sharers, sharers * 0.1, "{0} on {1} workers", name, workers);
            }
        }
    }

    [Fact]
    public void TheSharersOfProgrammingDeviateAsPublishedAtTheSizeOfItsDataSet()
    {
        Workload workload = WorkloadCatalog.Create("programming", new WorkloadOptions { Rate = 10, Requests = 56_000, Workers = 28 });
        LengthSummary sharers = WorkloadStatistics.Of(workload).KeyPortionSharers;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"programming, 56,000 requests: sharers {sharers.Mean:0.#} ± {sharers.Deviation:0.#}, published 126 ± 2157"));
        sharers.Deviation.Should().BeApproximately(2157, 2157 * 0.1);
    }

    [Fact]
    public void TheSharersOfToolBenchDeviateAsPublishedIfToolsAreUsedLessUnequally()
    {
        Workload workload = WorkloadCatalog.Create("toolbench", new WorkloadOptions { Rate = 10, Requests = 15_600, ToolZipf = 0.7 });
        LengthSummary sharers = WorkloadStatistics.Of(workload).KeyPortionSharers;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"toolbench, Zipf 0.7: sharers {sharers.Mean:0.#} ± {sharers.Deviation:0.#}, published 39 ± 64"));
        sharers.Mean.Should().BeApproximately(39, 2);
        sharers.Deviation.Should().BeApproximately(64, 64 * 0.15);
    }
}
