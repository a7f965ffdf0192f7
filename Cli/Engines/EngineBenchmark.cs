using Preble.Core.Serving;

namespace Preble.Cli.Engines;

/// <summary>Times prefill and decode steps of a forward pass, as a worker asks for them, beside the floor that the machine's memory and arithmetic set.</summary>
/// <param name="engine">What is measured. Its pages are overwritten.</param>
/// <param name="options">What of it.</param>
/// <param name="clock">Time.</param>
internal sealed class EngineBenchmark(MeasuredEngine engine, EngineBenchmarkOptions options, TimeProvider clock)
{
    private readonly IForwardPass _pass = engine.Pass;

    /// <summary>The steps as they are measured; stops between two of them when <paramref name="cancel"/> is set.</summary>
    public IEnumerable<EngineStep> Run(CancellationToken cancel)
    {
        yield return Prefill();
        foreach (int batch in options.Batches)
        {
            cancel.ThrowIfCancellationRequested();
            if (_pass.PageCount >= batch)
            {
                yield return Decode(batch, cancel);
            }
        }
    }

    /// <summary>One sequence, or as many as it takes where a context is shorter.</summary>
    private EngineStep Prefill()
    {
        int total = Math.Min(options.PrefillTokens, _pass.PageCount * _pass.PageTokens);
        int each = Math.Min(total, _pass.ContextTokensMax);
        int[] lengths = [.. Enumerable.Range(0, (total + each - 1) / each).Select(i => Math.Min(each, total - (i * each)))];
        int pagesEach = Pages(each);
        BatchEntry[] batch = [.. lengths.Where((_, i) => (i + 1) * pagesEach <= _pass.PageCount).Select((length, i) => Entry(i, 0, length, pagesEach, wantsToken: true))];
        int tokens = batch.Sum(entry => entry.Tokens.Length);
        double operations = batch.Sum(entry => EngineWork.Operations(engine.Config, 0, entry.Tokens.Length));
        double bytes = engine.DecodeBytes(0, 0) + (engine.KeyValueBytesPerToken * tokens);
        return Step("prefill", batch, tokens, each, bytes, operations);
    }

    /// <summary>Sequences of equal length, each on pages of its own, computed before.</summary>
    private EngineStep Decode(int batch, CancellationToken cancel)
    {
        int pagesEach = Math.Min(Pages(Math.Min(options.Context, _pass.ContextTokensMax)), _pass.PageCount / batch);
        int context = Math.Min(Math.Min(options.Context, _pass.ContextTokensMax), pagesEach * _pass.PageTokens);
        for (int i = 0; i < batch && context > 1; i++)
        {
            cancel.ThrowIfCancellationRequested();
            _pass.Forward([Entry(i, 0, context - 1, pagesEach, wantsToken: false)]);
        }

        BatchEntry[] entries = [.. Enumerable.Range(0, batch).Select(i => Entry(i, context - 1, 1, pagesEach, wantsToken: true))];
        return Step("decode", entries, batch, context, engine.DecodeBytes(batch, context), batch * EngineWork.Operations(engine.Config, context - 1, 1));
    }

    private EngineStep Step(string kind, BatchEntry[] batch, int tokens, int context, double bytes, double operations)
    {
        _pass.Forward(batch);
        var seconds = new List<double>();
        for (int i = 0; i < options.Repeats; i++)
        {
            long start = clock.GetTimestamp();
            _pass.Forward(batch);
            seconds.Add(clock.GetElapsedTime(start).TotalSeconds);
        }

        double floor = Math.Max(bytes / engine.MemoryGigabytes / 1e9, operations / engine.Teraflops / 1e12);
        return new EngineStep(kind, batch.Length, tokens, context, StepTimes.Of(seconds), bytes, operations, floor);
    }

    private BatchEntry Entry(int sequence, int start, int tokens, int pagesEach, bool wantsToken)
    {
        int[] ids = [.. Enumerable.Range(0, tokens).Select(i => (int)((sequence + ((start + i) * 7919L)) % _pass.VocabularySize))];
        int[] pages = [.. Enumerable.Range(sequence * pagesEach, Pages(start + tokens))];
        return new BatchEntry(ids, start, pages, wantsToken) { Choice = wantsToken && _pass.ChoosesTokens ? TokenChoice.Greedy : null };
    }

    private int Pages(int tokens) => (tokens + _pass.PageTokens - 1) / _pass.PageTokens;
}
