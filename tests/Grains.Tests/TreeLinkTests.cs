using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests;

public sealed class TreeLinkTests
{
    private static readonly MatchRequest Request = new() { PageKeys = [1, 2], PromptTokens = 40, WithEvictionCost = false, WithPath = false };

    [Fact]
    public async Task ATreeThatDoesNotAnswerIsWaitedForOnceAndAskedAgainWhenItHasAnswered()
    {
        var tree = new StubTree();
        var link = new TreeLink(tree, TimeProvider.System);
        (await link.MatchAsync(Request)).LongestPages.Should().Be(2);

        tree.Silence = new TaskCompletionSource();
        (await link.MatchAsync(Request)).LongestPages.Should().Be(0, "the prompt is placed by load");
        await link.PromiseAsync(new PagePromise { WorkerId = "w", RequestId = "r", PageKeys = [] });
        await link.RemoveWorkerAsync("gone", epoch: 2);
        await link.RemoveWorkerAsync("gone", epoch: 1);
        (await link.MatchAsync(Request)).LongestPages.Should().Be(0);
        tree.Calls.Should().Be(2, "none is made while one is under way");

        tree.Silence.SetResult();
        await Eventually.HoldsAsync(async () => (await link.MatchAsync(Request)).LongestPages == 2);
        tree.Removed.Should().BeEmpty();
        await link.RepeatAsync();
        await link.RepeatAsync();
        tree.Removed.Should().Equal([("gone", 2L)], "what it must hear is told again until it has");
    }

    [Fact]
    public async Task ATreeThatFailsIsNoFailureOfThePlacement()
    {
        var tree = new StubTree { Fault = new TimeoutException() };
        var link = new TreeLink(tree, TimeProvider.System);
        (await link.MatchAsync(Request)).LongestPages.Should().Be(0);
        await link.SettleAsync("r", answered: true);
        await link.RegisterWorkerAsync(ScriptedCluster.Registration("w"));
        await link.RemoveWorkerAsync("w", epoch: 1);

        // It came back before the tree heard that it had gone.
        await link.RegisterWorkerAsync(ScriptedCluster.Registration("w"));
        tree.Fault = null;
        await link.RepeatAsync();
        tree.Removed.Should().BeEmpty();
        (await link.MatchAsync(Request)).LongestPages.Should().Be(2);
    }

    private sealed class StubTree : IPrefixTreeGrain
    {
        public TaskCompletionSource? Silence { get; set; }

        public Exception? Fault { get; set; }

        public int Calls { get; private set; }

        public List<(string Worker, long Epoch)> Removed { get; } = [];

        public async Task<MatchReply> MatchAsync(MatchRequest request)
        {
            await AnswerAsync();
            return new MatchReply { Workers = [], LongestPages = 2, PathEnds = [], EvictionRegret = 0, SharedPages = 0 };
        }

        public Task PromiseAsync(PagePromise promise) => AnswerAsync();

        public Task SettleAsync(string requestId, bool answered) => AnswerAsync();

        public Task RegisterWorkerAsync(WorkerRegistration registration) => AnswerAsync();

        public async Task RemoveWorkerAsync(string workerId, long epoch)
        {
            await AnswerAsync();
            Removed.Add((workerId, epoch));
        }

        public Task<CacheEventReply> ApplyAsync(CacheEventBatch batch) => throw new InvalidOperationException("A scheduler has no events.");

        public Task ReplaceAsync(CacheDump dump) => throw new InvalidOperationException("A scheduler has no dumps.");

        public Task<PrefixTreeStatus> StatusAsync() => throw new InvalidOperationException("A scheduler does not ask that.");

        private async Task AnswerAsync()
        {
            Calls++;
            if (Fault is not null)
            {
                throw Fault;
            }

            if (Silence is not null)
            {
                await Silence.Task;
            }
        }
    }
}
