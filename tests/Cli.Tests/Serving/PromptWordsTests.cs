using Preble.Cli.Serving;
using Preble.Core.Workloads;

namespace Preble.Cli.Tests.Serving;

public sealed class PromptWordsTests
{
    [Fact]
    public void PromptsThatShareSegmentsShareTheBeginningOfTheirText()
    {
        var random = new Random(5);
        for (int round = 0; round < 200; round++)
        {
            PromptSegment[] shared = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Segment(random))];
            string a = PromptWords.Of([.. shared, Segment(random)]);
            string b = PromptWords.Of([.. shared, Segment(random)]);
            string start = PromptWords.Of(shared);
            a.Should().StartWith(start);
            b.Should().StartWith(start);
            a.Should().NotBe(b);
        }
    }

    [Fact]
    public void ATokenIsAPlainWord()
    {
        string text = PromptWords.Of([new PromptSegment(1, 700), new PromptSegment(2, 300)]);
        text.Split(' ').Should().HaveCount(1000).And.OnlyContain(word => word.Length > 0 && word.All(char.IsAsciiLetter));
        text.Split(' ').Distinct().Should().HaveCountGreaterThan(150);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(3)]
    public void ScalingKeepsWhatIsShared(double factor)
    {
        Workload full = WorkloadCatalog.Create("embodied", new WorkloadOptions { Rate = 10, Requests = 60 });
        Workload scaled = WorkloadScale.Of(full, factor);
        for (int i = 0; i < full.Requests.Count; i++)
        {
            ReadOnlySpan<PromptSegment> before = full.Requests[i].Prompt.Span;
            ReadOnlySpan<PromptSegment> after = scaled.Requests[i].Prompt.Span;
            after.Length.Should().Be(before.Length);
            for (int s = 0; s < before.Length; s++)
            {
                after[s].Content.Should().Be(before[s].Content);
                after[s].Tokens.Should().Be(Math.Max(1, (int)Math.Round(before[s].Tokens * factor)));
            }
        }
    }

    private static PromptSegment Segment(Random random) => new((ulong)random.NextInt64(), random.Next(8, 50));
}
