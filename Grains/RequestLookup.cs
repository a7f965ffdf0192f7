using Microsoft.Extensions.Logging;
using Preble.Grains.Interfaces;

namespace Preble.Grains;

/// <summary>Asks those who may know of a request.</summary>
internal sealed partial class RequestLookup(IGrainFactory grains, ISilos silos, TimeProvider clock, ILogger logger)
{
    /// <summary>For how long each of them is waited for: a silo that has just died may not be known as dead.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    /// <summary>Within which a gateway that lives has mostly answered; after it the others are asked, too.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(250);

    /// <remarks>
    /// 1. Ask the gateway that the id names: it has the request, and is told of later runs. 2. Where it does not answer, knows nothing, or knows only of a run
    /// that was given up, as the word of a later one may not have reached it, all others, until one has heard of the end. 3. Tell of the latest run, which
    /// knows itself best.
    /// </remarks>
    public async Task<RequestDescription?> FindAsync(string requestId)
    {
        // 1. The owner.
        string owner = GrainKeys.SiloOf(requestId);
        IReadOnlyList<string> gateways = silos.Gateways;
        bool isThere = owner.Length == 0 || gateways.Contains(owner);
        Task<Answer> own = isThere ? OwnAsync(requestId, owner) : Task.FromResult(default(Answer));
        await ((Task)own).WaitAsync(Soon, clock).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        if (own.IsCompletedSuccessfully && (await own).Request is { } known && IsLast(known))
        {
            return await LatestAsync(requestId, known);
        }

        // 2. The others.
        RequestDescription? word = null;
        await foreach (Task<Answer> asked in Task.WhenEach(gateways.Where(gateway => gateway != owner).Select(gateway => WordAsync(gateway, requestId)).Prepend(own)))
        {
            Answer answer = await asked;
            word = Later(word, answer.Request);
            if (word?.Outcome == Outcome.Completed || (asked == own && answer.Request is { } told && IsLast(told)))
            {
                return await LatestAsync(requestId, word!);
            }
        }

        // 3. A gateway that is there again, but knows nothing of the request, was lost in between.
        if (word is null or { Outcome: not null } || word.RequestId != requestId)
        {
            return word is null ? null : await LatestAsync(requestId, word);
        }

        return (isThere && !(await own).IsGiven ? word : Lost(word, owner)) with { Placement = await grains.ExplainAsync(word, clock) };
    }

    /// <summary>What the owner of an id knows: how the request stands or, if it was given up, a later run that it heard of.</summary>
    private async Task<Answer> OwnAsync(string requestId, string owner)
    {
        Task<Answer> description = AskAsync(grains.GetGrain<IRequestGrain>(requestId).DescribeAsync(), owner, requestId);
        Task<Answer> word = WordAsync(owner, requestId);
        Answer answer = await description;
        return answer.Request is { Outcome: Outcome.Completed } ? answer : answer with { Request = Later(answer.Request, (await word).Request) };
    }

    /// <summary>What a gateway remembers of an id.</summary>
    private Task<Answer> WordAsync(string gateway, string requestId) =>
        AskAsync(grains.GetGrain<IRequestRecordsGrain>(GrainKeys.Records(gateway)).FindAsync(requestId), gateway, requestId);

    /// <summary>The answer; of one that cannot be asked or fails, none: another may know.</summary>
    private async Task<Answer> AskAsync(Task<RequestDescription?> call, string gateway, string requestId)
    {
        try
        {
            return new Answer(IsGiven: true, await call.WaitAsync(AnswerLimit, clock));
        }
        catch (Exception exception)
        {
            if (!HostFailures.MayPass(exception))
            {
                LogFailed(logger, exception, gateway, requestId);
            }

            return new Answer(IsGiven: false, null);
        }
    }

    /// <summary>Under the id that was asked for; another run that has not ended tells itself how it stands.</summary>
    private async Task<RequestDescription> LatestAsync(string requestId, RequestDescription run)
    {
        RequestDescription? latest = run.RequestId == requestId || run.Outcome == Outcome.Completed ? run : await FindAsync(run.RequestId);
        return (latest ?? run) with { RequestId = requestId };
    }

    /// <summary>Whether no run comes after it: one that has not ended is not given up, and one that was completed needs no other.</summary>
    private static bool IsLast(RequestDescription run) => run.Outcome is null or Outcome.Completed;

    /// <summary>One that had not ended when its gateway was lost has failed.</summary>
    private static RequestDescription Lost(RequestDescription word, string owner) => word with
    {
        State = RequestState.Failed,
        Outcome = Outcome.GatewayLost,
        Message = $"Gateway '{owner}', which had the request, was lost while it ran.",
    };

    /// <summary>Of two words the one of the later run, and of one run that of its end or else of its later placement.</summary>
    private static RequestDescription? Later(RequestDescription? one, RequestDescription? other) =>
        one is null || (other is not null && Progress(other).CompareTo(Progress(one)) > 0) ? other : one;

    private static (int Run, bool HasEnded, int Attempts) Progress(RequestDescription word) => (word.Run, word.Outcome is not null, word.Attempts);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Gateway '{Gateway}' fails when it is asked for request {RequestId}; the others are asked.")]
    private static partial void LogFailed(ILogger logger, Exception exception, string gateway, string requestId);

    /// <param name="IsGiven">Whether there was an answer at all.</param>
    /// <param name="Request">Null if nothing is known of it.</param>
    private readonly record struct Answer(bool IsGiven, RequestDescription? Request);
}
