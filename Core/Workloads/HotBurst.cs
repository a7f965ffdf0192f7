namespace Preble.Core.Workloads;

/// <summary>
/// One prefix that everybody wants at once. Conversations go on all the time, half of them with one of a few system prompts; a quarter of the time they are
/// joined by questions about one long text, another one in each burst, at twice the rate that one worker's share of the cluster could take.
/// A placement that only follows prefixes drowns their owner, and one that only balances computes the text everywhere.
/// </summary>
internal sealed class HotBurst : IWorkloadGenerator
{
    public const string WorkloadName = "hot-burst";
    private const int RequestsPerWorker = 1000;
    private const int Bursts = 6;

    /// <summary>Share of the time.</summary>
    private const double BurstShare = 0.25;

    /// <summary>Rate of a burst over the rate that one worker takes at full load.</summary>
    private const double OverWorker = 2;

    /// <summary>The most of all requests that bursts are, on however few workers.</summary>
    private const double HotShareMax = 0.5;

    private const int HotTokens = 8000;
    private const int SystemPrompts = 8;
    private const double SystemPromptShare = 0.5;
    private static readonly Lengths SystemPrompt = new(220, 120, 32, 800);
    private static readonly Lengths HotQuestion = new(120, 60, 16, 600);

    public string Name => WorkloadName;

    public string Description => "conversations with little in common, joined in six bursts by many questions about one text of 8000 tokens: too many for one worker";

    public RequestLoad Load => new(1480, 990, 211);

    public long DefaultRequests(WorkloadOptions options) => (long)RequestsPerWorker * options.Workers;

    public WorkloadRequest[] Generate(WorkloadOptions options, int requests)
    {
        // In units in which all requests take 1 and come at rate 1 on average: one worker takes 1 / (LoadShare * workers).
        double hotShare = Math.Min(HotShareMax, OverWorker * BurstShare / (DefaultRates.LoadShare * options.Workers));
        double hotRate = hotShare / BurstShare;
        double coldRate = 1 - hotShare;

        var catalogue = new WorkloadRandom(options.Seed, Chance.Catalogue);
        PromptSegment[] systems = [.. Enumerable.Range(0, SystemPrompts).Select(_ => new PromptSegment(catalogue.Bits(), SystemPrompt.Draw(catalogue)))];
        PromptSegment[] hot = [.. Enumerable.Range(0, Bursts).Select(_ => new PromptSegment(catalogue.Bits(), HotTokens))];
        var arrivals = new WorkloadRandom(options.Seed, Chance.Arrivals);
        var random = new WorkloadRandom(options.Seed, Chance.Requests);
        var result = new WorkloadRequest[requests];
        double now = 0;
        for (int i = 0; i < requests; i++)
        {
            int burst = Burst(now);
            bool isHot = burst >= 0 && arrivals.Share() * (hotRate + coldRate) < hotRate;
            Ask ask = isHot ? Hot(hot[burst], random) : Cold(systems, random);
            result[i] = ask.At(i, Arrivals.Time(now * requests / options.Rate));
            now = Advance(now, arrivals.Exponential() / requests, coldRate, hotRate);
        }

        return result;
    }

    /// <summary>Which burst is on at a time, -1 for none: each has the middle of its part of the time.</summary>
    private static int Burst(double now)
    {
        int changes = ChangesUntil(now);
        return changes % 2 == 1 ? changes / 2 : -1;
    }

    /// <summary>When the next request comes after <paramref name="work"/> expected requests: slowly between bursts, fast within.</summary>
    private static double Advance(double now, double work, double coldRate, double hotRate)
    {
        while (true)
        {
            int changes = ChangesUntil(now);
            double rate = changes % 2 == 1 ? coldRate + hotRate : coldRate;
            double end = changes < 2 * Bursts ? Change(changes) : double.PositiveInfinity;
            if (now + (work / rate) < end)
            {
                return now + (work / rate);
            }

            work = Math.Max(0, work - ((end - now) * rate));
            now = end;
        }
    }

    /// <summary>Begins and ends of bursts so far.</summary>
    private static int ChangesUntil(double now)
    {
        int changes = 0;
        while (changes < 2 * Bursts && Change(changes) <= now)
        {
            changes++;
        }

        return changes;
    }

    /// <summary>When the bursts begin (even) and end (odd), the whole time being 1.</summary>
    private static double Change(int change) => ((change / 2) + ((1 + (change % 2 == 0 ? -BurstShare : BurstShare)) / 2)) / Bursts;

    private static Ask Hot(PromptSegment text, WorkloadRandom random)
    {
        PromptSegment[] prompt = [text, new(random.Bits(), HotQuestion.Draw(random))];
        return new Ask(prompt, new PromptSegment(random.Bits(), NoSharing.Answer.Draw(random)));
    }

    private static Ask Cold(PromptSegment[] systems, WorkloadRandom random)
    {
        var own = new PromptSegment(random.Bits(), NoSharing.Prompt.Draw(random));
        PromptSegment[] prompt = random.Share() < SystemPromptShare ? [systems[random.Below(systems.Length)], own] : [own];
        return new Ask(prompt, new PromptSegment(random.Bits(), NoSharing.Answer.Draw(random)));
    }
}
