using Preble.Core.Caching;
using Preble.Core.Placement;

namespace Preble.Core.Tests.Placement;

/// <summary>
/// Drives a prefix tree and its naive model with the same random calls. Paths are short words over three letters and a letter is its page's key, so
/// that equal keys stand at many places of the tree and only the walk tells them apart.
/// </summary>
internal sealed class TreeDriver(int seed, PrefixTreeOptions options, int wordLengthMax = 12, int workerNames = 6)
{
    private readonly Random random = new(seed);
    private readonly PrefixMatch match = new();
    private readonly List<string> words = [""];
    private TimeSpan now;
    private int requests;
    private long sequence;

    public PrefixTree Tree { get; } = new(options);

    public NaiveTree Model { get; } = new(options.PromiseSeconds);

    public static PageKey[] Keys(string word) => [.. word.Select(letter => new PageKey(letter))];

    public void Step()
    {
        var worker = new WorkerId("w" + random.Next(workerNames));
        string word = Word();
        now += TimeSpan.FromSeconds(random.NextDouble());
        bool known = Model.Workers.Contains(worker);
        switch (random.Next(20))
        {
            case 0:
                Tree.AddWorker(worker, 1000).Should().BeTrue();
                Model.AddWorker(worker);
                break;
            case 1 when random.Next(5) == 0:
                Tree.RemoveWorker(worker).Should().Be(known);
                Model.RemoveWorker(worker);
                break;
            case 2 when random.Next(3) == 0:
                string[] dump = [.. Enumerable.Range(0, random.Next(6)).Select(_ => Word())];
                Tree.Replace(worker, [.. dump.Select(path => (ReadOnlyMemory<PageKey>)Keys(path))]).Should().Be(known);
                Model.Replace(worker, dump);
                break;
            case < 8:
                var stored = new CacheEvent(++sequence, CacheEventKind.Stored, Keys(word), random.Next(word.Length + 1));
                Tree.Apply(worker, stored).Should().Be(known);
                Model.Store(worker, word);
                break;
            case < 13:
                int from = random.Next(word.Length + 2);
                Tree.Apply(worker, new CacheEvent(++sequence, CacheEventKind.Evicted, Keys(word), from)).Should().Be(known);
                Model.Evict(worker, word, from);
                break;
            case < 18:
                int number = random.Next(10) == 0 ? random.Next(requests + 1) : requests++;
                RequestId? request = random.Next(4) == 0 ? null : new RequestId("r" + number);
                Tree.Promise(worker, Keys(word), request, now).Should().Be(known);
                Model.Promise(worker, word, request, now);
                break;
            default:
                var ended = new RequestId("r" + random.Next(Math.Max(0, requests - 20), requests + 1));
                Tree.Settle(ended);
                Model.Settle(ended);
                break;
        }
    }

    public PrefixMatch Match(string word)
    {
        Tree.Match(Keys(word), match, now, forecastEvictions: random.Next(2) == 0);
        Model.Advance(now);
        return match;
    }

    /// <summary>Often a prefix or an extension of an earlier word, so that paths share, fork and grow.</summary>
    public string Word()
    {
        string start = words[random.Next(words.Count)];
        start = start[..random.Next(start.Length + 1)];
        IEnumerable<char> rest = Enumerable.Range(0, random.Next(wordLengthMax + 1 - start.Length)).Select(_ => (char)('a' + random.Next(3)));
        string word = start + string.Concat(rest);
        if (words.Count < 30)
        {
            words.Add(word);
        }
        else
        {
            words[random.Next(words.Count)] = word;
        }

        return word;
    }
}
