using Preble.Core.Workloads;

namespace Preble.Core.Tests.Workloads;

/// <summary>A workload that was written and read again.</summary>
public sealed class MooncakeWriterTests
{
    public static TheoryData<string> Names => new(WorkloadCatalog.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void WhatIsWrittenIsReadAsTheSameLengthsTimesAndSharing(string name)
    {
        Workload workload = WorkloadCatalog.Create(name, new WorkloadOptions { Rate = 13, Requests = 30, Seed = 2 });
        foreach (int blockTokens in new[] { 1, 16, 512 })
        {
            Workload read = RoundTrip(workload, blockTokens);

            read.Requests.Select(request => (request.PromptTokens, request.Output.Tokens))
                .Should().Equal(workload.Requests.Select(request => (request.PromptTokens, request.Output.Tokens)));
            read.Requests.Zip(workload.Requests).Should().OnlyContain(pair => (pair.First.Arrival - pair.Second.Arrival).Duration() < TimeSpan.FromTicks(3));
        }

        // Blocks of one token keep all that prompts share; answers are not in a trace, so those of chains are not found before a prompt has them.
        WorkloadStatistics exact = WorkloadStatistics.Of(RoundTrip(workload, 1));
        WorkloadStatistics given = WorkloadStatistics.Of(workload);
        exact.SharedShare.Mean.Should().BeApproximately(given.SharedShare.Mean, 1e-9);
        exact.KeyPortionShare.Mean.Should().BeApproximately(given.KeyPortionShare.Mean, 1e-9);
        exact.KeyPortionSharers.Should().Be(given.KeyPortionSharers);
        WorkloadStatistics.Of(RoundTrip(workload, 512)).SharedShare.Mean.Should().BeLessThanOrEqualTo(given.SharedShare.Mean + 1e-9);
    }

    [Fact]
    public void ALineIsOfThePublishedForm()
    {
        using var text = new StringWriter();
        MooncakeWriter.Write(MooncakeTraceTests.Read(MooncakeTraceTests.Trace(0, 250), out _), text);
        text.ToString().Should().Be(
            "{\"timestamp\": 0, \"input_length\": 600, \"output_length\": 1, \"hash_ids\": [0, 1]}\n"
            + "{\"timestamp\": 250, \"input_length\": 600, \"output_length\": 2, \"hash_ids\": [2, 3]}\n");
    }

    private static Workload RoundTrip(Workload workload, int blockTokens)
    {
        using var text = new StringWriter();
        MooncakeWriter.Write(workload, text, blockTokens);
        return MooncakeTraceTests.Read(text.ToString(), out _, new MooncakeOptions { BlockTokens = blockTokens });
    }
}
