using Preble.Grains.Interfaces;

namespace Preble.Client;

/// <summary>The events of one call. Where the silo is lost that has it, another reads the call anew and goes on with what is left: the caller sees one stream.</summary>
/// <param name="grains">Gives the request grains.</param>
/// <param name="reader">Has another silo read the call.</param>
/// <param name="call">As it was read first.</param>
/// <param name="patience">For how long another silo is looked for since one was lost; zero for not at all.</param>
/// <param name="clock">Measures it.</param>
/// <param name="cancellationToken">The caller's.</param>
internal sealed class CallStream(
    IGrainFactory grains, CallReader reader, PreparedCall call, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken) : IAsyncDisposable
{
    /// <summary>After so long without an event the request is asked whether it is there: the host says nothing of silos that die.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    /// <summary>Answers in a row, each after a silence, that say that there is more than what came.</summary>
    private const int BehindMax = 2;

    /// <summary>For which it may take to answer.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    private CancellationTokenSource? _leave;
    private IAsyncEnumerator<GenerationEvent>? _events;
    private Task<bool>? _next;
    private long? _lostAt;

    /// <summary>What the caller has had of it.</summary>
    public CallProgress Progress { get; } = new(call);

    /// <summary>The next event; null if there is none.</summary>
    /// <exception cref="Exception">What the host of grains threw, when it cannot go on elsewhere.</exception>
    public async Task<GenerationEvent?> NextAsync()
    {
        while (true)
        {
            try
            {
                if (_events is null)
                {
                    Start();
                }

                bool any = await MoveAsync();
                _lostAt = null;
                return any ? _events!.Current : null;
            }
            catch (Exception exception) when (patience > TimeSpan.Zero && !cancellationToken.IsCancellationRequested && FailureTable.IsLost(exception))
            {
                await GoOnAsync(exception);
            }
        }
    }

    /// <summary>Cancels what still runs, and waits for that unless its silo does not answer.</summary>
    public async ValueTask DisposeAsync()
    {
        Task end = EndAsync();
        await (patience == TimeSpan.Zero ? end : end.WaitAsync(Silence, clock)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Start()
    {
        _leave = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _events = PromptStreams.RunAsync(grains, Progress.Requests, TimeSpan.Zero, clock, _leave.Token).GetAsyncEnumerator(_leave.Token);
    }

    private async Task<bool> MoveAsync()
    {
        ValueTask<bool> move = _events!.MoveNextAsync();
        if (move.IsCompletedSuccessfully || patience == TimeSpan.Zero)
        {
            return await move;
        }

        _next = move.AsTask();
        for (int behind = 0; !_next.IsCompleted;)
        {
            await ((Task)_next).WaitAsync(Silence, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_next.IsCompleted)
            {
                // A silo that died does not hear of it either; the end of the stream is not waited for here.
                cancellationToken.ThrowIfCancellationRequested();
                bool? hasMore = await HasMoreAsync();
                behind = hasMore == true ? behind + 1 : 0;
                _lostAt = hasMore == false ? null : _lostAt;
                if (!_next.IsCompleted && (hasMore is null || behind == BehindMax))
                {
                    throw new SiloUnavailableException(hasMore is null ? "The silo of the request does not answer." : "What the request streams does not arrive.");
                }
            }
        }

        Task<bool> next = _next;
        _next = null;
        return await next;
    }

    /// <summary>
    /// Whether a request has produced what did not arrive, waits for a question that did not arrive, or has ended: by way of a silo that died, it never will.
    /// Null if one is not there.
    /// </summary>
    private async Task<bool?> HasMoreAsync()
    {
        bool?[] answers = await Task.WhenAll(Progress.Running.Select(request => HasMoreAsync(request.Id, request.Tokens)));
        return Array.Exists(answers, answer => answer is null) ? null : Array.Exists(answers, answer => answer == true);
    }

    private async Task<bool?> HasMoreAsync(string requestId, int tokens)
    {
        try
        {
            RequestStanding? request = await grains.GetGrain<IRequestGrain>(requestId).StandingAsync().WaitAsync(AnswerLimit, clock, cancellationToken);
            return request is null ? null : request.ProducedTokens > tokens || request.AwaitsReader || request.HasEnded;
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested || exception is LimitExceededException)
        {
            return false;
        }
        catch (Exception exception) when (FailureTable.IsLost(exception))
        {
            return null;
        }
    }

    /// <summary>Has another silo take the call, or throws what it was lost by.</summary>
    private async Task GoOnAsync(Exception lost)
    {
        _ = EndAsync();
        _events = null;
        _lostAt ??= clock.GetTimestamp();
        Progress.GoOn(await reader.ReadAgainAsync(lost, _lostAt.Value));
    }

    /// <summary>A read that is under way ends before the stream can be disposed.</summary>
    private async Task EndAsync()
    {
        (IAsyncEnumerator<GenerationEvent>? events, CancellationTokenSource? leave, Task<bool>? next) = (_events, _leave, _next);
        _next = null;
        if (events is null)
        {
            return;
        }

        if (next is not null)
        {
            await leave!.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await events.DisposeAsync();
        leave!.Dispose();
    }
}
