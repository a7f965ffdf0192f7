using Preble.Grains.Interfaces;

namespace Preble.Grains;

/// <summary>
/// A scheduler's calls to its tree. None of them fails or is waited for longer than <see cref="LimitSeconds"/>, and while one has not come back no other
/// is made: prompts are placed by load until the tree answers again. Called in the scheduler's turns.
/// </summary>
internal sealed class TreeLink(IPrefixTreeGrain tree, TimeProvider clock)
{
    /// <summary>Longer than a tree that works ever takes.</summary>
    private const double LimitSeconds = 1;

    private static readonly MatchReply Nothing = new() { Workers = [], LongestPages = 0, PathEnds = [], EvictionRegret = 0, SharedPages = 0 };

    /// <summary>Workers that the tree has not heard are gone, and which epoch of each.</summary>
    private readonly Dictionary<string, long> _gone = [];

    private Task _unanswered = Task.CompletedTask;

    /// <summary>What the tree knows of a prompt; nothing if it does not say.</summary>
    public async Task<MatchReply> MatchAsync(MatchRequest request)
    {
        Task<MatchReply>? match = await AnsweredAsync(tree => tree.MatchAsync(request)) as Task<MatchReply>;
        return match is null ? Nothing : await match;
    }

    /// <summary>What is promised in vain is forgotten by the tree in its time.</summary>
    public Task PromiseAsync(PagePromise promise) => AnsweredAsync(tree => tree.PromiseAsync(promise));

    public Task SettleAsync(string requestId, bool answered) => AnsweredAsync(tree => tree.SettleAsync(requestId, answered));

    /// <summary>A tree that does not hear of it asks the worker for it.</summary>
    public Task RegisterWorkerAsync(WorkerRegistration registration)
    {
        _gone.Remove(registration.WorkerId);
        return AnsweredAsync(tree => tree.RegisterWorkerAsync(registration));
    }

    /// <summary>Repeated by <see cref="RepeatAsync"/> until the tree has heard of it.</summary>
    public async Task RemoveWorkerAsync(string workerId, long epoch)
    {
        _gone[workerId] = epoch = Math.Max(epoch, _gone.GetValueOrDefault(workerId, epoch));
        if (await AnsweredAsync(tree => tree.RemoveWorkerAsync(workerId, epoch)) is not null && _gone.TryGetValue(workerId, out long latest) && latest == epoch)
        {
            _gone.Remove(workerId);
        }
    }

    /// <summary>Tells again what the tree must have heard.</summary>
    public async Task RepeatAsync()
    {
        foreach (string workerId in _gone.Keys.ToArray())
        {
            if (_gone.TryGetValue(workerId, out long epoch))
            {
                await RemoveWorkerAsync(workerId, epoch);
            }
        }
    }

    /// <returns>The call, if it succeeded.</returns>
    private async Task<Task?> AnsweredAsync(Func<IPrefixTreeGrain, Task> ask)
    {
        if (!_unanswered.IsCompleted)
        {
            return null;
        }

        Task call = ask(tree);
        await call.WaitAsync(TimeSpan.FromSeconds(LimitSeconds), clock)
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        if (!call.IsCompleted)
        {
            _unanswered = call;
        }

        return call.IsCompletedSuccessfully ? call : null;
    }
}
