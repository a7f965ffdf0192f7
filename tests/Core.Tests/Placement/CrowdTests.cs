using Preble.Core.Placement;
using Xunit.Abstractions;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

/// <summary>Those who come to a worker where many share each step: how many are counted, against a worker played step by step, and what they decide.</summary>
public sealed class CrowdTests(ITestOutputHelper output)
{
    private static readonly ReportedPages HalfFree = new(12_500, 0, 12_500, 25_000);
    private static readonly CompletionFacts Cancelled = new(CompletionOutcome.Cancelled, 0, 0, null, 0);

    /// <summary>
    /// While a prompt is computed for p seconds all that are there stand still, and others come as ever. All of their delays together are p times those who are
    /// there and the crowd: over random rates, by which sequences make a step up to 3.5 times as long, answers, contexts and loads.
    /// </summary>
    [Fact]
    public void AWorkerIsDelayedByWhatIsThereAndItsCrowd()
    {
        var random = new Random(11);
        for (int round = 0; round < 40; round++)
        {
            int decoding = random.Next(5, 90);
            int answer = random.Next(40, 100);
            int context = random.Next(200, 4000);
            double stretch = 1 + (2.5 * random.NextDouble());
            double share = random.NextDouble();
            double more = (stretch - 1) * Fast.T0 / decoding;
            WorkerRates rates = (Fast with { Gamma = share * more, Delta = (1 - share) * more / context }).Times(0.2 + (2 * random.NextDouble()));
            double step = rates.DecodeStepSeconds(decoding, (long)decoding * context);
            double gap = answer * step / decoding;
            double pause = 3 * step;
            double plain = Played(rates, answer, context, gap, pauseAt: double.PositiveInfinity, pause);
            double delay = Enumerable.Range(0, 8).Average(i => Played(rates, answer, context, gap, pauseAt: (40 * answer * step) + (i * gap * 1.37), pause) - plain);

            double counted = pause * (decoding + CrowdOf(rates, decoding, context));
            output.WriteLine($"{decoding} x {context} tokens, answers of {answer}: {delay:F2} s, counted {counted:F2} s");
            (delay / counted).Should().BeInRange(0.85, 1.15, "{0} sequences, answers of {1}, contexts of {2}", decoding, answer, context);
        }
    }

    /// <summary>
    /// Two workers with as much to compute for a new prompt. One has nobody waiting, but many share its steps, as for some time; it would have been the one.
    /// It still is where what is driven out is asked for again.
    /// </summary>
    [Theory]
    [InlineData(60, 0.0, "short")]
    [InlineData(60, 0.5, "crowded")]
    [InlineData(20, 0.0, "crowded")]
    public void ANewPromptGoesRatherWhereOneWaitsThanWhereManyShareEachStep(int decoding, double regret, string expected)
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("crowded"), Profile("short"));
        for (int i = 0; i < 64; i++)
        {
            WorkerReport few = Report("short", i + 1, [.. Enumerable.Range(0, 20).Select(d => Decoding("s" + d, 2000)), Waiting("w", 22_000)]);
            scheduler.Report(Decodes("crowded", i + 1, decoding), Seconds(i));
            scheduler.Report(few with { Pages = HalfFree }, Seconds(i));
            foreach (string other in (string[])["short", "crowded"])
            {
                string id = other + i;
                scheduler.Place(Query(id, 1600, excluded: other), Match(100), Seconds(i));
                scheduler.Complete(new RequestId(id), Cancelled, Seconds(i));
            }
        }

        PrefixMatch match = Match(100);
        match.EvictionRegret = regret;
        string worker = scheduler.Place(Query("new", 1600), match, Seconds(64)).Worker.Value;
        worker.Should().Be(expected);
    }

    /// <summary>Nobody shares a step with others, or nothing decodes: there is no crowd. And it goes when nobody comes any more.</summary>
    [Fact]
    public void WhoIsAloneIsNoCrowdAndACrowdIsForgotten()
    {
        CrowdOf(Fast, 0, 0).Should().Be(0);
        CrowdOf(Fast with { Delta = 0, Gamma = 0 }, 50, 3000).Should().Be(0, "steps take as long for one as for many");
        CrowdOf(default, 50, 3000).Should().Be(0);
        CrowdOf(Fast with { T0 = 0 }, 50, 3000).Should().BeApproximately(50 * 49, 1e-6, "a sequence's share is taken to be the same for any number");
        GlobalScheduler scheduler = Crowded(Fast, 50, 2000);
        WorkerView worker = scheduler.Workers[0];
        double crowd = worker.Crowd(Seconds(499));
        crowd.Should().BeGreaterThan(10);
        worker.Crowd(Seconds(502)).Should().Be(crowd, "gaps of a few means are nothing unusual");
        worker.Crowd(Seconds(540)).Should().BeInRange(0.05 * crowd, 0.2 * crowd);
        worker.Crowd(Seconds(86_400)).Should().BeLessThan(1e-9);
    }

    /// <summary>A first prompt that came long before the others, or many at one moment, say nothing of how long others stay away.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ACrowdIsForgottenHoweverPromptsCame(bool warmedUpBefore)
    {
        var mean = new ArrivalMean(WorkerView.CrowdSpan);
        if (warmedUpBefore)
        {
            mean.Add(0, 0.02, Seconds(0));
        }

        for (int i = 0; i < 64; i++)
        {
            mean.Add(100, 0.02, Seconds(3600 + (i * 0.1)));
        }

        mean.Of(Seconds(3606.6)).Should().BeGreaterThan(90);
        mean.Of(Seconds(3660)).Should().BeLessThan(1);

        var burst = new ArrivalMean(WorkerView.CrowdSpan);
        for (int i = 0; i < 64; i++)
        {
            burst.Add(100, 0.02, Seconds(5));
        }

        burst.Of(Seconds(5.1)).Should().BeGreaterThan(90, "nobody has decoded more than a few tokens since");
        burst.Of(Seconds(15)).Should().BeLessThan(1);
    }

    /// <summary>A worker that happens to be idle still has its crowd, so that it takes no prompt from the one that has it cached.</summary>
    [Fact]
    public void WhoIsIdleForAMomentTakesNothingFromAnOwner()
    {
        foreach (bool usuallyIdle in (bool[])[true, false])
        {
            GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("owner"), Profile("idle"));
            for (int i = 0; i < 64; i++)
            {
                scheduler.Report(Decodes("owner", i + 1, 40), Seconds(i));
                scheduler.Report(Decodes("idle", i + 1, usuallyIdle ? 0 : 40), Seconds(i));
                foreach (string other in (string[])["owner", "idle"])
                {
                    scheduler.Place(Query(other + i, 1600, excluded: other), Match(100), Seconds(i));
                    scheduler.Complete(new RequestId(other + i), Cancelled, Seconds(i));
                }
            }

            scheduler.Report(Decodes("idle", 65, 0), Seconds(64));
            string worker = scheduler.Place(Query("new", 1600), Match(100, ("owner", 75)), Seconds(64)).Worker.Value;
            worker.Should().Be(usuallyIdle ? "idle" : "owner");
        }
    }

    private static WorkerReport Decodes(string worker, int sequence, int count) =>
        Report(worker, sequence, [.. Enumerable.Range(0, count).Select(d => Decoding(worker + d, 2000))]) with { Pages = HalfFree };

    private static double CrowdOf(WorkerRates rates, int decoding, int context) => Crowded(rates, decoding, context).Workers[0].Crowd(Seconds(499));

    private static GlobalScheduler Crowded(WorkerRates rates, int decoding, int context)
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a", rates));
        for (int i = 0; i < 500; i++)
        {
            scheduler.Report(Report("a", i + 1, [.. Enumerable.Range(0, decoding).Select(d => Decoding("d" + d, context))]), Seconds(i));
            scheduler.Place(Query("r" + i, 100), Match(6), Seconds(i));
            scheduler.Complete(new RequestId("r" + i), Cancelled, Seconds(i));
        }

        return scheduler;
    }

    /// <summary>Prompts come at even gaps, share steps with all others until they have had their own, and leave; once the worker stands still for a while.</summary>
    /// <returns>The sum of what each was there. [s]</returns>
    private static double Played(WorkerRates rates, int answer, int context, double gap, double pauseAt, double pause)
    {
        var there = new Queue<(double Arrived, double Last)>();
        int prompts = (int)(400 * answer * rates.DecodeStepSeconds(1, context) / gap);
        double now = 0;
        double steps = 0;
        double sum = 0;
        for (int coming = 0; coming < prompts || there.Count > 0;)
        {
            double step = rates.DecodeStepSeconds(there.Count, (long)there.Count * context);
            double arrival = coming < prompts ? coming * gap : double.PositiveInfinity;
            double end = there.TryPeek(out (double Arrived, double Last) first) ? now + ((first.Last - steps) * step) : double.PositiveInfinity;
            double next = Math.Min(arrival, end);
            if (pauseAt <= next)
            {
                steps += Math.Max(0, pauseAt - now) / step;
                now = Math.Max(now, pauseAt) + pause;
                pauseAt = double.PositiveInfinity;
                while (coming < prompts && coming * gap <= now)
                {
                    there.Enqueue((coming++ * gap, steps + answer));
                }

                continue;
            }

            steps += (next - now) / step;
            now = next;
            if (end <= arrival)
            {
                sum += now - there.Dequeue().Arrived;
            }
            else
            {
                there.Enqueue((now, steps + answer));
                coming++;
            }
        }

        return sum;
    }
}
