using Preble.Core.Caching;
using Preble.Core.Serving;
using Preble.Core.Tests.Caching;

namespace Preble.Core.Tests.Serving;

/// <summary>
/// In no step is a page that a waiting sequence will read evicted before all that nobody waits for, and all that only those behind it in line do: in order of
/// arrival, the preempted ones first. Found from the tokens of those that wait and the events of the cache, page by page.
/// </summary>
internal sealed class EvictionLaw(PrefixCache cache, EventReader reader)
{
    /// <summary>The pages that no pin includes, each with the place in line of the first who will read it; the largest number if nobody does.</summary>
    private readonly Dictionary<PageKey, int> _places = [];

    private readonly Dictionary<(RequestId, int), PageKey[]> _line = [];

    /// <summary>Steps that evicted what those who wait would have read, and spared nothing behind it.</summary>
    public int Tested { get; private set; }

    public void BeginStep(WaitingQueue queue)
    {
        _places.Clear();
        _line.Clear();
        foreach (PrefixNode node in cache.Order.Nodes())
        {
            foreach (PageKey key in node.Keys) _places.Add(key, int.MaxValue);
        }

        foreach (Sequence sequence in queue.Preempted) Enter(sequence, counts: true);
        for (int i = 0; i < queue.Waiting.Count; i++) Enter(queue.Waiting[i], counts: i < WaitingQueue.MatchesMax);
    }

    /// <summary>Called when <see cref="EventReader.Evicted"/> has what the step evicted.</summary>
    public void EndStep(StepResult result)
    {
        HashSet<PageKey> evicted = [.. reader.Evicted.Where(_places.ContainsKey)];
        if (evicted.Count == 0) return;

        int first = evicted.Min(key => _places[key]);
        if (first == int.MaxValue) return;

        // What was pinned by those who were admitted before something was evicted was safe.
        HashSet<PageKey> pinned = [.. result.Started.SelectMany(start => _line.GetValueOrDefault((start.Request.Id, start.Request.Choice), []))];
        _places.Should().NotContain(page => page.Value > first && !evicted.Contains(page.Key) && !pinned.Contains(page.Key));
        Tested++;
    }

    private void Enter(Sequence sequence, bool counts)
    {
        PageKey[] keys = PageKeys.Compute(sequence.Request.Prompt.Seed, sequence.Tokens[..^1], cache.PageTokens);
        keys = [.. keys.TakeWhile(reader.Held.Contains)];
        for (int i = 0; i < keys.Length && counts; i++)
        {
            if (_places.GetValueOrDefault(keys[i]) == int.MaxValue) _places[keys[i]] = _line.Count;
        }

        _line.Add((sequence.Request.Id, sequence.Request.Choice), keys);
    }
}
