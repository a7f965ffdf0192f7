using Preble.Cli.CommandLine;
using Preble.Core;
using Preble.Core.Caching;
using Preble.Core.Serving;

namespace Preble.Cli.Engines;

/// <summary>Prompts through the local scheduler, its cache and one forward pass, as a worker runs them, with the likeliest token each time.</summary>
internal sealed class GreedyRun
{
    private const int WaitingMax = 4096;
    private readonly LocalScheduler _scheduler;
    private readonly IForwardPass _pass;
    private readonly int[] _ends;
    private readonly Dictionary<RequestId, List<int>> _outputs = [];
    private int _requests;
    private long _now;

    /// <param name="pass">Computes. Its pages are this run's.</param>
    /// <param name="ends">Tokens that end a sequence.</param>
    /// <param name="running">Sequences at once.</param>
    public GreedyRun(IForwardPass pass, IReadOnlyCollection<int> ends, int running)
    {
        var pool = new PagePool(pass.PageCount);
        var options = new LocalSchedulerOptions { RunningSequencesMax = running, WaitingSequencesMax = WaitingMax };
        _scheduler = new LocalScheduler(options, new PrefixCache(pool, pass.PageTokens), pool, pass);
        _pass = pass;
        _ends = [.. ends];
    }

    /// <summary>Runs all prompts to their end.</summary>
    /// <param name="prompts">At most 4,096.</param>
    /// <param name="tokens">Tokens after each at most.</param>
    /// <param name="cancel">Ends it between two steps.</param>
    /// <returns>What follows each prompt.</returns>
    public int[][] Run(IEnumerable<int[]> prompts, int tokens, CancellationToken cancel)
    {
        RequestId[] ids = [.. prompts.Select(prompt => Submit(prompt, tokens))];
        StepResult result;
        do
        {
            cancel.ThrowIfCancellationRequested();
            result = _scheduler.Step(TimeSpan.FromTicks(_now++));
            foreach (StepOutput output in result.Outputs)
            {
                _outputs[output.Request.Id].Add(output.Token);
            }
        }
        while (!result.Idle);
        return [.. ids.Select(id => _outputs[id].ToArray())];
    }

    private RequestId Submit(int[] prompt, int tokens)
    {
        var id = new RequestId($"r{_requests++}");
        _outputs[id] = [];
        var request = new SequenceRequest { Id = id, Prompt = new Prompt(prompt, 0, _pass.PageTokens), MaxNewTokens = tokens, Sampler = new GreedySampler(_ends) };
        SubmitOutcome outcome = _scheduler.Submit(request, TimeSpan.FromTicks(_now++));
        return outcome == SubmitOutcome.Accepted
            ? id
            : throw new UsageException($"a prompt of {prompt.Length} tokens is refused: {outcome}; allowed: what the model's context holds.");
    }
}
