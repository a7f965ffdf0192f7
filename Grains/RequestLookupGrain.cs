using Microsoft.Extensions.Logging;
using Preble.Grains.Interfaces;
using Preble.Grains.Placement;

namespace Preble.Grains;

/// <summary>Hosts a <see cref="RequestLookup"/>.</summary>
[OwnerPlacement]
public sealed class RequestLookupGrain(ISilos silos, TimeProvider clock, ILogger<RequestLookupGrain> logger) : Grain, IRequestLookupGrain
{
    public Task<RequestDescription?> FindAsync(string requestId) => new RequestLookup(GrainFactory, silos, clock, logger).FindAsync(requestId);
}
