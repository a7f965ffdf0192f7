using Preble.Core.Serving;

namespace Preble.Core.Tests.Serving;

/// <summary>Forward passes that choose tokens themselves.</summary>
public sealed class ChosenTokenTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhoeverChoosesTheTokensAreTheSame(bool passChooses)
    {
        var random = new Random(3);
        var rig = new Rig(pageCount: 24);
        rig.Forward.ChoosesTokens = passChooses;
        int described = 0;
        for (int i = 0; i < 40; i++)
        {
            int sometimes = random.Next(1, 4);
            int[] prompt = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => random.Next(TokenHistory.VocabularySize))];
            Submit(rig, prompt, new LikeliestSampler(call => call % sometimes == 0));
            described += Enumerable.Range(0, 8).Count(call => call % sometimes == 0);
        }

        rig.RunToEnd();
        rig.Forward.Chosen.Should().Be(passChooses ? described : 0);
        rig.ShouldHoldNothing();
    }

    [Fact]
    public void ASamplerThatCannotSayHowToChooseFailsItsOwnSequenceOnly()
    {
        var rig = new Rig();
        rig.Forward.ChoosesTokens = true;
        Submit(rig, [1, 2, 3], new LikeliestSampler(_ => true));
        var sampler = new LikeliestSampler(_ => true) { FailingCall = 3 };
        Submit(rig, [4, 5, 6], sampler);
        var failed = new List<StepOutput>();
        while (rig.Step() is { Idle: false } result) failed.AddRange(result.Outputs.Where(output => output.Failed));
        failed.Should().ContainSingle().Which.Error.Should().BeOfType<FormatException>();
        sampler.Calls.Should().Be(2);
        rig.ShouldHoldNothing();
    }

    private static void Submit(Rig rig, int[] prompt, LikeliestSampler sampler)
    {
        (List<int> expected, FinishReason? finish) = Oracle.Generate(prompt, new LikeliestSampler(_ => false), 8, rig.Scheduler.SequenceTokensMax);
        var request = new SequenceRequest { Id = rig.NewId(), Prompt = new Prompt(prompt, 1, rig.PageTokens), MaxNewTokens = 8, Sampler = sampler };
        rig.Submit(request, expected, finish).Should().Be(SubmitOutcome.Accepted);
    }
}
