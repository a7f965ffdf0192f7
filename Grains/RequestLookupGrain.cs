using Preble.Grains.Interfaces;
using Preble.Grains.Placement;

namespace Preble.Grains;

/// <summary>Asks those who may know of a request.</summary>
[OwnerPlacement]
public sealed class RequestLookupGrain(ISilos silos, TimeProvider clock) : Grain, IRequestLookupGrain
{
    /// <summary>For how long each of them is waited for: a silo that has just died may not be known as dead.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    /// <remarks>1. The request itself. 2. What gateways remember of it. 3. Its end, if that was its gateway's.</remarks>
    public async Task<RequestDescription?> FindAsync(string requestId)
    {
        // 1. The request.
        (bool isAnswered, RequestDescription? request) = await AskAsync(GrainFactory.GetGrain<IRequestGrain>(requestId).DescribeAsync());
        if (request is not null)
        {
            return request;
        }

        // 2. The gateways.
        IReadOnlyList<string> gateways = silos.Gateways;
        (bool, RequestDescription? Request)[] answers = await Task.WhenAll(
            gateways.Select(gateway => AskAsync(GrainFactory.GetGrain<IRequestRecordsGrain>(GrainKeys.Records(gateway)).FindAsync(requestId))));
        RequestDescription? record = answers.Select(answer => answer.Request).OfType<RequestDescription>().OrderByDescending(found => found.Outcome is not null).FirstOrDefault();
        if (record is not { Outcome: null })
        {
            return record;
        }

        // 3. A gateway that is there again, but knows nothing of the request, was lost in between.
        string owner = GrainKeys.SiloOf(requestId);
        return isAnswered || !gateways.Contains(owner)
            ? record with { State = RequestState.Failed, Outcome = Outcome.GatewayLost, Message = $"Gateway '{owner}', which had the request, was lost while it ran." }
            : record;
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
