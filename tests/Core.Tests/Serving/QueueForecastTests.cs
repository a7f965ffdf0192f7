using Preble.Core.Serving;

namespace Preble.Core.Tests.Serving;

/// <summary>What a worker tells of the work that waits for it: each page that several lack is computed once.</summary>
public sealed class QueueForecastTests
{
    private const int Document = 40;

    [Fact]
    public void WhatSeveralLackIsTheWorkOfTheFirst()
    {
        // One runs at a time, and not yet any that waits here.
        var rig = new Rig(new LocalSchedulerOptions { StepTokensMax = 8, RunningSequencesMax = 1 });
        rig.Submit(AdmissionTests.Line(9, 30), maxNewTokens: 2, neverStops: true);
        rig.Step();
        rig.Submit(Question(1, own: 5), neverStops: true);
        rig.Submit(Question(2, own: 5), neverStops: true);
        rig.Submit(Question(3, own: 7), neverStops: true);
        rig.Submit(AdmissionTests.Line(8, 24), neverStops: true);

        Waiting(rig).Should().Equal(Document + 5, 5, 7, 24);
        rig.RunToEnd();
    }

    [Fact]
    public void WhatARunningPrefillWillHaveComputedIsNotCountedAgain()
    {
        var rig = new Rig(new LocalSchedulerOptions { StepTokensMax = 8, RunningSequencesMax = 1 });
        rig.Submit(Question(1, own: 5), neverStops: true);
        rig.Step();
        rig.Submit(Question(2, own: 5), neverStops: true);

        var snapshot = new List<SequenceSnapshot>();
        rig.Scheduler.Snapshot(snapshot);
        snapshot[0].PrefillTokensLeft.Should().Be(Document + 5 - 8);
        snapshot[1].PrefillTokensLeft.Should().Be(5);
        rig.RunToEnd();
    }

    /// <summary>Who was placed where its document was cached has to compute it if it was evicted since; only the first of them has.</summary>
    [Fact]
    public void WhatWasEvictedWhileTheyWaitedIsWorkAgainOnce()
    {
        var rig = new Rig(new LocalSchedulerOptions { StepTokensMax = 16, RunningSequencesMax = 1 }, pageCount: 16);
        rig.Submit(Question(1, own: 4), maxNewTokens: 1);
        rig.RunToEnd();
        rig.Submit(AdmissionTests.Line(9, 58), maxNewTokens: 5, neverStops: true);
        rig.Step();
        rig.Submit(Question(2, own: 5), neverStops: true);
        rig.Submit(Question(3, own: 5), neverStops: true);
        Waiting(rig).Should().Equal(5, 5);
        while (rig.Step().Outputs.Count == 0)
        {
        }

        int[] left = Waiting(rig);
        left[0].Should().BeGreaterThanOrEqualTo(Document, "the long one took all pages but one");
        left[1].Should().Be(5);
        rig.RunToEnd();
    }

    /// <summary>What is cached for those who wait takes memory once, and only while nobody who runs holds it.</summary>
    [Fact]
    public void WhatIsCachedForSeveralTakesTheMemoryOfTheFirst()
    {
        var rig = new Rig(new LocalSchedulerOptions { StepTokensMax = 64, RunningSequencesMax = 1 });
        rig.Submit(Question(1, own: 5), maxNewTokens: 1);
        rig.RunToEnd();
        rig.Submit(AdmissionTests.Line(9, 30), maxNewTokens: 3, neverStops: true);
        rig.Step();
        rig.Submit(Question(2, own: 5), neverStops: true);
        rig.Submit(Question(3, own: 5), neverStops: true);
        rig.Submit(AdmissionTests.Line(8, 24), neverStops: true);
        Unheld(rig).Should().Equal(Document, 0, 0);

        while (rig.Scheduler.Counts.Waiting == 3) rig.Step();
        Unheld(rig).Should().Equal([0, 0], "the second question is about the document that the first one holds");
        rig.RunToEnd();
    }

    [Fact]
    public void TenantsDoNotComputeForEachOther()
    {
        var rig = new Rig(new LocalSchedulerOptions { RunningSequencesMax = 1 });
        rig.Submit(Question(1, own: 5), seed: 1, neverStops: true);
        rig.Submit(Question(1, own: 5), seed: 2, neverStops: true);
        Waiting(rig).Should().Equal(Document + 5, Document + 5);
        rig.RunToEnd();
    }

    [Fact]
    public void WithoutACacheEverybodyComputesAll()
    {
        var rig = new Rig(new LocalSchedulerOptions { RunningSequencesMax = 1 }, cached: false);
        rig.Submit(Question(1, own: 5), neverStops: true);
        rig.Submit(Question(2, own: 5), neverStops: true);
        Waiting(rig).Should().Equal(Document + 5, Document + 5);
        rig.RunToEnd();
    }

    /// <summary>Nobody is promised more than the longest prefix that it shares with one before it, and nobody less than is cached.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void AForecastIsNeverBetterThanWhatIsShared(int seed)
    {
        var random = new Random(seed);
        var rig = new Rig(new LocalSchedulerOptions { StepTokensMax = 16, RunningSequencesMax = 2 }, pageCount: 120, contextTokensMax: 200);
        var source = new PromptSource(random, rig.PageTokens);
        var prompts = new Dictionary<RequestId, (int[] Tokens, ulong Tenant)>();
        var snapshot = new List<SequenceSnapshot>();
        int saved = 0;
        for (int round = 0; round < 400; round++)
        {
            if (random.Next(2) == 0)
            {
                (int[] tokens, ulong tenant) = source.Next();
                RequestId id = rig.NewId();
                prompts.Add(id, (tokens, tenant));
                rig.Submit(tokens, id: id, seed: tenant);
            }

            rig.Step();
            rig.Scheduler.Snapshot(snapshot);
            for (int i = 0; i < snapshot.Count; i++)
            {
                SequenceSnapshot one = snapshot[i];
                if (one.Phase == SequencePhase.Waiting)
                {
                    int shared = snapshot.Take(i).Select(before => Shared(prompts[before.Id], prompts[one.Id], rig.PageTokens)).DefaultIfEmpty(0).Max();
                    int found = one.ContextTokens - one.PrefillTokensLeft;
                    found.Should().BeInRange(one.CachedTokens, Math.Max(one.CachedTokens, shared));
                    one.PrefillTokensLeft.Should().BePositive();
                    one.UnheldTokens.Should().Be(Math.Max(0, one.CachedTokens - shared));
                    saved += found - one.CachedTokens;
                }
            }
        }

        saved.Should().BePositive("some waited for what others computed");
        rig.RunToEnd();
    }

    private static int Shared((int[] Tokens, ulong Tenant) one, (int[] Tokens, ulong Tenant) other, int pageTokens)
    {
        int equal = one.Tenant == other.Tenant ? one.Tokens.Zip(other.Tokens).TakeWhile(pair => pair.First == pair.Second).Count() : 0;
        return equal / pageTokens * pageTokens;
    }

    private static int[] Question(int question, int own) => [.. AdmissionTests.Line(1, Document), .. AdmissionTests.Line(10 + question, own)];

    private static int[] Waiting(Rig rig) => [.. Forecast(rig).Select(one => one.PrefillTokensLeft)];

    private static int[] Unheld(Rig rig) => [.. Forecast(rig).Select(one => one.UnheldTokens)];

    private static IEnumerable<SequenceSnapshot> Forecast(Rig rig)
    {
        var snapshot = new List<SequenceSnapshot>();
        rig.Scheduler.Snapshot(snapshot);
        return snapshot.Where(one => one.Phase == SequencePhase.Waiting);
    }
}
