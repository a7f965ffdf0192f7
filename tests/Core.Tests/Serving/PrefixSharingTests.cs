using Preble.Core.Serving;

namespace Preble.Core.Tests.Serving;

/// <summary>What is computed once although many ask for it.</summary>
public sealed class PrefixSharingTests
{
    [Theory]
    [InlineData(512)]
    [InlineData(16)]
    [InlineData(5)]
    public void SiblingsThatArriveTogetherArePrefilledOnce(int stepTokens)
    {
        // 80 shared tokens are 20 pages; each has 3 tokens of its own, which no page can share.
        var rig = new Rig(new LocalSchedulerOptions { StepTokensMax = stepTokens, RunningSequencesMax = 32, GrowthTokensReserved = 4 }, pageCount: 200);
        for (int i = 0; i < 32; i++) rig.Submit([.. AdmissionTests.Line(1, 80), 2, 3, 4 + (i % 20)], maxNewTokens: 4, samplerSeed: i, neverStops: true);
        rig.RunToEnd();
        rig.Preemptions.Should().Be(0);
        (rig.PrefillTokens + rig.DecodeTokens).Should().Be(80 + (32 * 3) + (32 * 3), "the last token of each is never computed");
        rig.ShouldHoldNothing();
    }

    [Fact]
    public void ChoicesOfOneRequestArePrefilledOnce()
    {
        var rig = new Rig(pageCount: 100);
        RequestId id = rig.NewId();
        for (int choice = 0; choice < 8; choice++) rig.Submit(AdmissionTests.Line(1, 41), id: id, choice: choice, samplerSeed: choice, maxNewTokens: 4, neverStops: true);
        rig.RunToEnd();
        rig.PrefillTokens.Should().Be(41);
        rig.DecodeTokens.Should().Be(7 + (8 * 3), "the others compute the last token of their prompt, for its logits");
    }

    [Fact]
    public void TenantsDoNotWaitForEachOtherAndShareNothing()
    {
        var rig = new Rig();
        rig.Submit(AdmissionTests.Line(1, 41), seed: 1);
        rig.Submit(AdmissionTests.Line(1, 41), seed: 2);
        StepResult result = rig.Step();
        result.Started.Should().HaveCount(2);
        result.CachedTokens.Should().Be(0);
        rig.RunToEnd();
        rig.PrefillTokens.Should().Be(82);
    }

    [Fact]
    public void OneThatSharesLessThanAPageDoesNotWait()
    {
        var rig = new Rig();
        rig.Submit([1, 1, 1, 2, 2, 2, 2, 2]);
        rig.Submit([1, 1, 1, 3, 3, 3, 3, 3]);
        rig.Step().Started.Should().HaveCount(2);
        rig.RunToEnd();
    }

    [Fact]
    public void WaitingEndsWithThePagesThatAreShared()
    {
        // The first shares 8 tokens with the second and goes on for 60 more; these the second does not wait for.
        var rig = new Rig(new LocalSchedulerOptions { StepTokensMax = 10, RunningSequencesMax = 4 });
        rig.Submit([.. AdmissionTests.Line(1, 8), .. AdmissionTests.Line(2, 60)], maxNewTokens: 1);
        rig.Submit([.. AdmissionTests.Line(1, 8), 3, 4], maxNewTokens: 1);
        rig.Step();
        rig.Scheduler.Counts.Waiting.Should().Be(1);
        for (int i = 0; i < 5; i++) rig.Step();
        StepResult result = rig.Step();
        result.Started.Should().ContainSingle("the budget has room beside the last chunk of the first").Which.CachedTokens.Should().Be(8);
        rig.RunToEnd();
    }

    [Fact]
    public void NobodyWaitsWhereNothingIsKept()
    {
        var rig = new Rig(cached: false);
        for (int i = 0; i < 4; i++) rig.Submit(AdmissionTests.Line(1, 40));
        rig.Step().Started.Should().HaveCount(4);
        rig.RunToEnd();
    }

    [Fact]
    public void WhenTheOneThatPrefillsIsCancelledTheNextTakesItsPlace()
    {
        var rig = new Rig(new LocalSchedulerOptions { StepTokensMax = 16, RunningSequencesMax = 4 });
        RequestId first = rig.NewId();
        rig.Submit(AdmissionTests.Line(1, 100), id: first);
        for (int i = 0; i < 3; i++) rig.Submit(AdmissionTests.Line(1, 100, then: i + 2));
        rig.Step();
        rig.Step();
        rig.Cancel(first).Should().Be(1);
        rig.Step().Started.Should().ContainSingle().Which.CachedTokens.Should().Be(32, "what was computed before the cancellation is kept");
        rig.RunToEnd();
    }

    [Fact]
    public void PagesOfADecodeAreReusedByAContinuedConversation()
    {
        var rig = new Rig();
        int[] prompt = AdmissionTests.Line(3, 10);
        rig.Submit(prompt, maxNewTokens: 20, samplerSeed: 5, neverStops: true);
        rig.RunToEnd();
        (List<int> answer, _) = Oracle.Generate(prompt, new ChanceSampler(5) { NeverStops = true }, 20, 400);
        rig.Submit([.. prompt, .. answer, 7, 7, 7]);
        rig.RunToEnd();
        rig.CachedTokens.Should().Be(28, "the 29 tokens that were fed forward fill 7 pages");
    }
}
