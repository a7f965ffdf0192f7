using System.Collections.Concurrent;
using System.Diagnostics;

namespace Preble.Cluster.Tests.Processes;

/// <summary>Keeps streams under way while something happens to the cluster, and counts what their clients saw of it.</summary>
internal sealed class Disturbance(RunningCluster cluster, TextPrompt[] prompts, IReadOnlyList<string> expected)
{
    /// <summary>For streams to begin and to end, on a machine with much else to do.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<StreamedText, byte> _running = new();
    private readonly ConcurrentQueue<StreamedText> _ended = new();
    private readonly TaskCompletionSource _underWay = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<StreamedText> _struck = [];
    private string _gateway = "";
    private Task<TimeSpan>? _newRequest;
    private int _next;
    private int _begun;
    private int _endedSince = int.MinValue / 2;
    private volatile bool _enough;
    private int _cut;
    private int _wrongBeforeCut;

    /// <summary>What all clients saw together.</summary>
    /// <param name="What">Happened.</param>
    /// <param name="Sent">Requests.</param>
    /// <param name="Completed">Of them, to the end.</param>
    /// <param name="ServerErrors">Of them, answered or ended by an error.</param>
    /// <param name="WrongText">Of them, other text than the uninterrupted one.</param>
    /// <param name="Duplicated">Characters that came more than once, at least.</param>
    /// <param name="Lost">Characters that never came.</param>
    /// <param name="Took">What was done to the cluster, until it was done.</param>
    /// <param name="LongestSilence">Of any stream since it happened, the wait for its first word included.</param>
    /// <param name="Recovery">From the fault, if there was one.</param>
    /// <param name="Failures">Some of the errors.</param>
    /// <param name="Cut">Connections that ended with their gateway, which no other count has; what their clients had read was right.</param>
    public sealed record Report(
        string What, int Sent, int Completed, int ServerErrors, int WrongText, int Duplicated, int Lost, TimeSpan Took, TimeSpan LongestSilence, Recovery? Recovery, string[] Failures, int Cut);

    /// <summary>Streams that have ended.</summary>
    public int Ended => _ended.Count;

    /// <summary>Runs so many streams at once until it has happened and as many again have ended since.</summary>
    /// <param name="what">Happens.</param>
    /// <param name="streams">At a time.</param>
    /// <param name="gateways">That they go through.</param>
    /// <param name="happens">Does it.</param>
    /// <param name="lives">Of gateways that are killed; null if none is.</param>
    public async Task<Report> RunAsync(string what, int streams, string[] gateways, Func<Task> happens, GatewayLives? lives = null)
    {
        lives ??= new GatewayLives(gateways);
        _gateway = gateways[0];
        Task[] clients = [.. Enumerable.Range(0, streams).Select(number => ClientAsync(gateways[number % gateways.Length], streams, lives))];
        await _underWay.Task.WaitAsync(Patience);
        foreach (StreamedText text in _running.Keys)
        {
            text.Mark();
        }

        long begun = Stopwatch.GetTimestamp();
        await happens();
        TimeSpan took = Stopwatch.GetElapsedTime(begun);
        Volatile.Write(ref _endedSince, 0);
        await Task.WhenAll(clients).WaitAsync(Patience);
        Recovery? recovery = _newRequest is null ? null : Recovery.Of(_struck.Select(text => text.Recovery).OfType<TimeSpan>(), await _newRequest);
        StreamedText[] all = [.. _ended];
        return new Report(
            what,
            all.Length,
            all.Count(text => text.Completed),
            all.Count(text => !text.Completed),
            _wrongBeforeCut + all.Count(text => text.Completed && text.Text != expected[text.Prompt.Number]),
            all.Sum(text => Math.Max(0, text.Text.Length - expected[text.Prompt.Number].Length)),
            all.Where(text => text.Completed).Sum(text => Math.Max(0, expected[text.Prompt.Number].Length - text.Text.Length)),
            took,
            all.Max(text => text.Silence),
            recovery,
            [.. all.Where(text => !text.Completed).Select(text => $"{text.Status} {text.Failure}").Distinct().Take(5)],
            _cut);
    }

    /// <summary>Waits until streams are under way that began at workers whose names end so: with none a fault of those would show nothing.</summary>
    public Task UnderWayAtAsync(string victim) =>
        RunningCluster.UntilAsync(() => Task.FromResult(_running.Keys.Any(text => text.Worker.EndsWith(victim, StringComparison.Ordinal))));

    /// <summary>Has the time measured from a fault on that has just happened: of the streams that began at its victim, and of a request that is sent now.</summary>
    /// <param name="since">Before it happened, of <see cref="Stopwatch"/>.</param>
    /// <param name="victim">How the names of the workers end that it struck; nothing for all streams.</param>
    public void Fault(long since, string victim = "")
    {
        _struck.AddRange(_running.Keys.Where(text => text.Worker.EndsWith(victim, StringComparison.Ordinal)));
        _struck.ForEach(text => text.Fault(since));
        _newRequest = RequestAsync(since);
    }

    private async Task<TimeSpan> RequestAsync(long since)
    {
        TimeSpan first = TimeSpan.Zero;
        var text = new StreamedText(prompts[0]);
        await text.ReadAsync(cluster.Http, _gateway, () => first = Stopwatch.GetElapsedTime(since));
        _ended.Enqueue(text);
        return first;
    }

    private async Task ClientAsync(string own, int streams, GatewayLives lives)
    {
        while (!_enough)
        {
            (string gateway, int deaths) = lives.Living(own);
            var text = new StreamedText(prompts[Interlocked.Increment(ref _next) % prompts.Length]);
            _running.TryAdd(text, 0);
            await text.ReadAsync(cluster.Http, gateway, () => Began(streams));
            _running.TryRemove(text, out _);
            if (text.IsCut && lives.HasDiedSince(gateway, deaths))
            {
                Interlocked.Increment(ref _cut);
                Interlocked.Add(ref _wrongBeforeCut, expected[text.Prompt.Number].StartsWith(text.Text, StringComparison.Ordinal) ? 0 : 1);
                continue;
            }

            _ended.Enqueue(text);
            _enough |= Interlocked.Increment(ref _endedSince) >= streams;
        }
    }

    /// <summary>Half of the streams have text: the rest waits its turn at the workers.</summary>
    private void Began(int streams)
    {
        if (Interlocked.Increment(ref _begun) == streams / 2)
        {
            _underWay.TrySetResult();
        }
    }
}
