using Preble.Grains.Interfaces;
using Preble.Grains.Placement;

namespace Preble.Grains;

/// <summary>Asks those who may know of a request.</summary>
[OwnerPlacement]
public sealed class RequestLookupGrain(ISilos silos, TimeProvider clock) : Grain, IRequestLookupGrain
{
    /// <summary>For how long each of them is waited for: a silo that has just died may not be known as dead.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    /// <remarks>1. The request itself, when it came to its end. 2. A later run of it. 3. This run, as it or gateways tell.</remarks>
    public async Task<RequestDescription?> FindAsync(string requestId)
    {
        // 1. The request.
        (bool IsAnswered, RequestDescription? Request) own = await DescribeAsync(requestId);
        if (own.Request is { Outcome: Outcome.Completed })
        {
            return own.Request;
        }

        // 2. A later run, which knows itself best.
        IReadOnlyList<string> gateways = silos.Gateways;
        RequestDescription[] words = await WordsAsync(gateways, requestId);
        if (words.Where(word => word.RequestId != requestId).MaxBy(word => word.Run) is not { } later)
        {
            return Told(requestId, own, words, gateways);
        }

        RequestDescription? found = Told(later.RequestId, await DescribeAsync(later.RequestId), await WordsAsync(gateways, later.RequestId), gateways);
        return (found ?? later) with { RequestId = requestId };
    }

    /// <summary>How a run stands, by itself or else by what was said of it. One that had not ended when its gateway was lost has failed.</summary>
    private static RequestDescription? Told(
        string run, (bool IsAnswered, RequestDescription? Request) own, RequestDescription[] words, IReadOnlyList<string> gateways)
    {
        RequestDescription? word = words.OrderByDescending(found => found.Outcome is not null).FirstOrDefault();
        if (own.Request is not null || word is not { Outcome: null })
        {
            return own.Request ?? word;
        }

        // A gateway that is there again, but knows nothing of the request, was lost in between.
        string owner = GrainKeys.SiloOf(run);
        return own.IsAnswered || !gateways.Contains(owner)
            ? word with { State = RequestState.Failed, Outcome = Outcome.GatewayLost, Message = $"Gateway '{owner}', which had the request, was lost while it ran." }
            : word;
    }

    private Task<(bool IsAnswered, RequestDescription? Request)> DescribeAsync(string run) => AskAsync(GrainFactory.GetGrain<IRequestGrain>(run).DescribeAsync());

    /// <summary>What gateways remember of an id.</summary>
    private async Task<RequestDescription[]> WordsAsync(IReadOnlyList<string> gateways, string requestId)
    {
        (bool, RequestDescription? Request)[] answers = await Task.WhenAll(
            gateways.Select(gateway => AskAsync(GrainFactory.GetGrain<IRequestRecordsGrain>(GrainKeys.Records(gateway)).FindAsync(requestId))));
        return [.. answers.Select(answer => answer.Request).OfType<RequestDescription>()];
    }

    /// <summary>The answer; of one that cannot be asked, none.</summary>
    private async Task<(bool IsAnswered, RequestDescription? Request)> AskAsync(Task<RequestDescription?> call)
    {
        try
        {
            return (true, await call.WaitAsync(AnswerLimit, clock));
        }
        catch (Exception exception) when (HostFailures.MayPass(exception))
        {
            return (false, null);
        }
    }
}
