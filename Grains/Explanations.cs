using Preble.Grains.Interfaces;

namespace Preble.Grains;

/// <summary>Has a scheduler say why a request was placed where it was.</summary>
internal static class Explanations
{
    /// <summary>For how long the scheduler is waited for.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Of the latest placement; null while the scheduler cannot be asked, or has forgotten.</summary>
    public static async Task<PlacementExplanation?> ExplainAsync(this IGrainFactory grains, RequestDescription request, TimeProvider clock)
    {
        try
        {
            return await grains.GetGrain<ISchedulerGrain>(request.Model).ExplainAsync(request.RequestId).WaitAsync(Limit, clock);
        }
        catch (Exception exception) when (HostFailures.MayPass(exception))
        {
            return null;
        }
    }
}
