using Preble.Core.Caching;

namespace Preble.Core.Tests.Caching;

/// <summary>Believes what the events say, and checks that no number is missing.</summary>
internal sealed class EventReader
{
    private readonly HashSet<PageKey> _held = [];
    private readonly List<CacheEvent> _events = [];

    public long Last { get; private set; }

    public IReadOnlySet<PageKey> Held => _held;

    /// <summary>What was evicted since the call before the latest.</summary>
    public List<PageKey> Evicted { get; } = [];

    public void Read(IPrefixCache cache)
    {
        _events.Clear();
        Evicted.Clear();
        cache.Drain(_events);
        foreach (CacheEvent change in _events)
        {
            change.Sequence.Should().Be(++Last);
            change.From.Should().BeInRange(0, change.Path.Length - 1);
            ReadOnlySpan<PageKey> path = change.Path.Span;
            if (change.Kind == CacheEventKind.Stored)
            {
                for (int i = 0; i < path.Length; i++) (_held.Add(path[i]) || i < change.From).Should().BeTrue("an event tells only of new pages");
            }
            else
            {
                for (int i = change.From; i < path.Length; i++) _held.Remove(path[i]).Should().BeTrue("only what was held can be evicted");
                Evicted.AddRange(path[change.From..]);
            }
        }
    }

    /// <summary>Compares the belief with the truth, without FluentAssertions' cost where they agree.</summary>
    public void ShouldAgreeWith(CacheDump dump)
    {
        dump.LastEvent.Should().Be(Last);
        HashSet<PageKey> truth = Keys(dump);
        if (!_held.SetEquals(truth)) _held.Should().BeEquivalentTo(truth);
    }

    public static HashSet<PageKey> Keys(CacheDump dump) => [.. dump.WholePaths().SelectMany(path => path.ToArray())];
}
