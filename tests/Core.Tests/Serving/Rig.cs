using System.Globalization;
using Preble.Core.Caching;
using Preble.Core.Serving;
using Preble.Core.Tests.Caching;

namespace Preble.Core.Tests.Serving;

/// <summary>A scheduler over the checking forward pass, which follows every sequence to its end and checks everything after every step.</summary>
internal sealed class Rig
{
    private readonly Dictionary<(RequestId, int), Followed> _followed = [];
    private readonly EventReader _reader = new();
    private readonly EvictionLaw? _evictions;
    private readonly int _stepTokensMax;
    private readonly bool _wholePrompts;
    private readonly bool _prefillsAlone;
    private int _ids;

    public Rig(LocalSchedulerOptions? options = null, int pageCount = 64, int pageTokens = 4, int contextTokensMax = 400, bool cached = true)
    {
        options ??= new LocalSchedulerOptions();
        PageTokens = pageTokens;
        Pool = new PagePool(pageCount);
        Cache = cached ? new PrefixCache(Pool, pageTokens) : new NoPrefixCache(pageTokens);
        _evictions = Cache is PrefixCache cache ? new EvictionLaw(cache, _reader) : null;
        Forward = new PagingForwardPass(pageTokens, pageCount, contextTokensMax);
        Scheduler = new LocalScheduler(options, Cache, Pool, Forward);
        Forward.Running = () => Scheduler.Running;
        _stepTokensMax = options.StepTokensMax;
        _wholePrompts = options.WholePrompts;
        _prefillsAlone = options.PrefillsAlone;
    }

    public int PageTokens { get; }

    public PagePool Pool { get; }

    public IPrefixCache Cache { get; }

    public PagingForwardPass Forward { get; }

    public LocalScheduler Scheduler { get; }

    public TimeSpan Now { get; set; }

    public long PrefillTokens { get; private set; }

    public long DecodeTokens { get; private set; }

    public long Preemptions { get; private set; }

    public long CachedTokens { get; private set; }

    /// <summary>Steps that evicted what a waiting sequence would have read, for want of anything else.</summary>
    public int LateEvictions => _evictions?.Tested ?? 0;

    /// <summary>Ids in the order in which they were first admitted.</summary>
    public List<RequestId> Admitted { get; } = [];

    public IEnumerable<RequestId> Live => _followed.Values.Where(f => !f.Over).Select(f => f.Request.Id).Distinct();

    public int LiveCount => _followed.Values.Count(f => !f.Over);

    public RequestId NewId() => new((_ids++).ToString(CultureInfo.InvariantCulture));

    /// <summary>Submits a sequence; if it is accepted, its output will be compared with the oracle's.</summary>
    public SubmitOutcome Submit(
        int[] tokens,
        int maxNewTokens = 8,
        RequestId? id = null,
        int choice = 0,
        ulong seed = 1,
        int samplerSeed = 0,
        int generatedBefore = 0,
        bool neverStops = false)
    {
        ChanceSampler Sampler() => new(samplerSeed) { NeverStops = neverStops };
        (List<int> expected, FinishReason? finish) = Oracle.Generate(tokens, Sampler(), maxNewTokens, Scheduler.SequenceTokensMax);
        ChanceSampler sampler = Sampler();
        int[] generated = [];
        if (generatedBefore > 0)
        {
            // What another worker did before it was lost: the sampler has made these choices.
            Oracle.Generate(tokens, sampler, Math.Min(generatedBefore, Math.Max(0, expected.Count - 1)), Scheduler.SequenceTokensMax);
            generated = [.. expected.Take(sampler.Calls)];
        }

        var request = new SequenceRequest
        {
            Id = id ?? NewId(),
            Choice = choice,
            Prompt = new Prompt(tokens, seed, PageTokens),
            Generated = generated,
            MaxNewTokens = maxNewTokens,
            Sampler = sampler,
        };
        return Submit(request, expected, finish);
    }

    public SubmitOutcome Submit(SequenceRequest request, List<int> expected, FinishReason? finish)
    {
        SubmitOutcome outcome = Scheduler.Submit(request, Now);
        if (outcome == SubmitOutcome.Accepted) _followed.Add((request.Id, request.Choice), new Followed(request, expected, finish));
        return outcome;
    }

    /// <summary>One step, with every law that holds for every step.</summary>
    public StepResult Step()
    {
        // Not a snapshot, which asks the cache anew: a step must do that by itself.
        List<SequenceRequest> decoding = [.. Scheduler.Running.Where(sequence => sequence.Phase == SequencePhase.Decode).Select(sequence => sequence.Request)];
        Now += TimeSpan.FromMilliseconds(1);
        _evictions?.BeginStep(Scheduler.Queue);
        StepResult result = Scheduler.Step(Now);
        Observe(result, decoding);
        return result;
    }

    /// <summary>A step whose forward pass throws.</summary>
    public void FailingStep(Exception failure)
    {
        Forward.Failure = failure;
        Scheduler.Invoking(s => s.Step(Now)).Should().Throw<Exception>().Which.Should().BeSameAs(failure);
        foreach (StepOutput output in Scheduler.LastStep.Outputs)
        {
            output.Error.Should().BeSameAs(failure);
            Follow(output).End();
        }

        Scheduler.Counts.Running.Should().Be(0);
        Check();
    }

    public int Cancel(RequestId id)
    {
        foreach (Followed followed in _followed.Values.Where(f => f.Request.Id == id && !f.Over)) followed.End();
        int ended = Scheduler.Cancel(id, Now);
        Check();
        return ended;
    }

    public void RunToEnd(int stepsMax = 100_000)
    {
        int steps = 0;
        while (!Step().Idle) (++steps).Should().BeLessThan(stepsMax);
        LiveCount.Should().Be(0, "every accepted sequence ends");
    }

    /// <summary>Nothing is held after the end, and nothing at all after a flush.</summary>
    public void ShouldHoldNothing()
    {
        SchedulerCounts counts = Scheduler.Counts;
        counts.PagesHeld.Should().Be(0);
        (counts.Waiting + counts.Running).Should().Be(0);
        Cache.Evict(int.MaxValue);
        Pool.FreeCount.Should().Be(Pool.PageCount);
        Check();
    }

    public void Check()
    {
        Scheduler.CheckIntegrity();
        SchedulerCounts counts = Scheduler.Counts;
        (counts.PagesFree + counts.PagesCached + counts.PagesHeld == counts.PagesTotal && counts.PagesHeld >= 0).Should().BeTrue();
        (counts.Waiting + counts.Running == LiveCount).Should().BeTrue("exactly the sequences that have not ended are live");
        if (!Cache.KeepsPages) return;
        _reader.Read(Cache);
        _reader.ShouldAgreeWith(Cache.Dump());
    }

    private void Observe(StepResult result, List<SequenceRequest> decoding)
    {
        PrefillTokens += result.PrefillTokens;
        DecodeTokens += result.DecodeTokens;
        CachedTokens += result.CachedTokens;
        Preemptions += result.Preempted.Count;
        foreach (SequenceStart start in result.Started)
        {
            if (!start.Resumed) Admitted.Add(start.Request.Id);
            (start.CachedTokens < start.ContextTokens).Should().BeTrue();
        }

        bool aloneBeyond = _wholePrompts && Forward.Chunks == 1;
        (result.PrefillTokens + result.DecodeTokens <= _stepTokensMax || aloneBeyond).Should().BeTrue("no step exceeds its budget but for one whole prompt");
        double decodeSquares = result.DecodeContextTokens - (result.DecodeTokens / 2.0);
        (result.PrefillSquares + decodeSquares).Should().Be(result.Idle ? 0 : Forward.Squares, "every token of the batch attends to all before it");
        var fed = new HashSet<(RequestId, int)>();
        foreach (StepOutput output in result.Outputs)
        {
            fed.Add((output.Request.Id, output.Request.Choice)).Should().BeTrue("a sequence has one output in a step");
            Follow(output).Take(output);
        }

        // Decode first: whoever was in decode and was not preempted has its token. Where prompts have steps of their own, all have one or nobody has.
        bool stalled = _prefillsAlone && !result.Idle && !decoding.Exists(sequence => fed.Contains((sequence.Id, sequence.Choice)));
        if (_prefillsAlone && !stalled) (result.PrefillTokens == 0).Should().BeTrue("no prompt is computed beside decodes");
        if (stalled) decoding.Clear();
        foreach (SequenceRequest sequence in decoding)
        {
            bool preempted = result.Preempted.Any(r => r.Id == sequence.Id && r.Choice == sequence.Choice);
            (fed.Contains((sequence.Id, sequence.Choice)) != preempted).Should().BeTrue("a sequence in decode gets its token in every step, or is preempted");
        }

        Check();
        _evictions?.EndStep(result);
    }

    private Followed Follow(StepOutput output) => _followed[(output.Request.Id, output.Request.Choice)];

    private sealed class Followed(SequenceRequest request, List<int> expected, FinishReason? finish)
    {
        private int _tokens = request.Generated.Length;

        public SequenceRequest Request => request;

        public bool Over { get; private set; }

        public void Take(StepOutput output)
        {
            Over.Should().BeFalse("nothing comes after the end");
            if (output.Failed)
            {
                output.Token.Should().Be(-1);
                End();
                return;
            }

            if (output.Token != expected[_tokens]) output.Token.Should().Be(expected[_tokens], "token {0} follows from those before it", _tokens);
            _tokens++;
            if (output.Finish is null)
            {
                (_tokens < expected.Count).Should().BeTrue("the sequence ends where the oracle does");
                return;
            }

            output.Finish.Should().Be(finish);
            _tokens.Should().Be(expected.Count);
            End();
        }

        public void End()
        {
            Over.Should().BeFalse("a sequence ends once");
            Over = true;
        }
    }
}
