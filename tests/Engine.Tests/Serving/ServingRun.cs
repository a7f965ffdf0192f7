using Preble.Core;
using Preble.Core.Caching;
using Preble.Core.Serving;
using Preble.Engine.Cpu;
using Preble.Engine.Sampling;
using Preble.Engine.Tests.Support;
using Preble.Engine.Text;

namespace Preble.Engine.Tests.Serving;

/// <summary>The bundled model under the real local scheduler, cache and sampler, as a worker runs it.</summary>
internal sealed class ServingRun : IDisposable
{
    /// <summary>The reference's limit of new tokens.</summary>
    private const int MaxNewTokens = 48;
    private const int PageTokens = 16;
    private const ulong Seed = 7;
    private static readonly Tokenizer Tokenizer = Tokenizer.Load(Demo.Folder);

    private readonly IForwardPass _pass;
    private readonly PagePool _pool;
    private readonly IPrefixCache _cache;
    private readonly LocalScheduler _scheduler;
    private readonly Dictionary<RequestId, List<int>> _outputs = [];
    private long _clock;
    private int _requests;

    public ServingRun(CpuModel model, int pages = 4096, int stepTokens = 512, int running = 64, bool cached = true, int threads = 1, string order = "priority-groups")
        : this(new CpuForwardPass(model, pages, PageTokens, threads), stepTokens, running, cached, order)
    {
    }

    /// <param name="pass">Disposed with this, if it can be.</param>
    /// <param name="stepTokens">Of a step at most.</param>
    /// <param name="running">Sequences at a time.</param>
    /// <param name="cached">Whether there is a cache.</param>
    /// <param name="order">Of the queue.</param>
    public ServingRun(IForwardPass pass, int stepTokens = 512, int running = 64, bool cached = true, string order = "priority-groups")
    {
        _pass = pass;
        int pages = pass.PageCount;
        _pool = new PagePool(pages);
        _cache = cached ? new PrefixCache(_pool, PageTokens) : new NoPrefixCache(PageTokens);
        var options = new LocalSchedulerOptions { RunningSequencesMax = running, StepTokensMax = stepTokens, Order = order, GrowthTokensReserved = 0 };
        _scheduler = new LocalScheduler(options, _cache, _pool, _pass);
    }

    /// <summary>Context that was found cached, in tokens.</summary>
    public int CachedTokens { get; private set; }

    /// <summary>Sequences that lost their pages and were computed again.</summary>
    public int Preemptions { get; private set; }

    /// <summary>Submits all prompts at once and runs them to their end.</summary>
    /// <returns>Text of each, in the order of the prompts.</returns>
    public string[] Run(IEnumerable<int[]> prompts)
    {
        RequestId[] ids = [.. prompts.Select(Submit)];
        while (!Step())
        {
        }

        return [.. ids.Select(id => Tokenizer.Decode(_outputs[id].ToArray(), skipSpecial: true))];
    }

    public void Dispose() => (_pass as IDisposable)?.Dispose();

    private RequestId Submit(int[] prompt)
    {
        var id = new RequestId($"r{_requests++}");
        _outputs[id] = [];
        var sampler = new SequenceSampler(new SamplingParameters { Temperature = 0 }, Tokenizer, [0], prompt, seed: 0);
        var request = new SequenceRequest { Id = id, Prompt = new Prompt(prompt, Seed, PageTokens), MaxNewTokens = MaxNewTokens, Sampler = sampler };
        _scheduler.Submit(request, TimeSpan.FromTicks(_clock++)).Should().Be(SubmitOutcome.Accepted);
        return id;
    }

    /// <returns>Whether all work is done.</returns>
    private bool Step()
    {
        StepResult result = _scheduler.Step(TimeSpan.FromTicks(_clock++));
        CachedTokens += result.CachedTokens;
        Preemptions += result.Preempted.Count;
        foreach (StepOutput output in result.Outputs)
        {
            output.Error.Should().BeNull();
            _outputs[output.Request.Id].Add(output.Token);
        }

        _scheduler.CheckIntegrity();
        return result.Idle;
    }
}
