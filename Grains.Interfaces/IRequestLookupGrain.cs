using Orleans.Concurrency;

namespace Preble.Grains.Interfaces;

/// <summary>Finds out what became of a request, whatever became of the gateway that had it. Key: any; keeps nothing.</summary>
[Alias("preble.request-lookup")]
public interface IRequestLookupGrain : IGrainWithStringKey
{
    /// <summary>
    /// Where a request stands: by its own grain or, when that is no more, by what other gateways remember of it. One that was run again under another id,
    /// as what had it was lost, stands where its latest run does, under the id that is asked for. One that had not ended when its gateway was lost has
    /// failed with <see cref="Outcome.GatewayLost"/>.
    /// </summary>
    /// <returns>Null for an id that nobody knows.</returns>
    [Alias("find")]
    [AlwaysInterleave]
    Task<RequestDescription?> FindAsync(string requestId);
}
