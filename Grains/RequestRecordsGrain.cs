using Preble.Grains.Interfaces;
using Preble.Grains.Placement;

namespace Preble.Grains;

/// <summary>
/// Sends what its gateway's requests say of themselves to the gateway after it, by name, and, if they were begun elsewhere, to that one; remembers what
/// others send, and under which first id its own were begun.
/// </summary>
[OwnerPlacement]
public sealed class RequestRecordsGrain(ISilos silos, TimeProvider clock) : Grain, IRequestRecordsGrain
{
    /// <summary>Ids that are remembered, mostly of other gateways' requests.</summary>
    private const int RecordsMax = 16_384;

    /// <summary>Requests that wait to be sent; beyond it they are not remembered elsewhere.</summary>
    private const int PendingMax = 4_096;

    /// <summary>As long as their own grains remember them.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(5);

    /// <summary>For which words are gathered; what came in it dies with the gateway.</summary>
    private static readonly TimeSpan BatchPeriod = TimeSpan.FromMilliseconds(50);

    private readonly RequestRecords _records = new(RecordsMax, Age);
    private readonly Dictionary<string, RequestDescription> _pending = [];

    public Task CopyAsync(RequestDescription request)
    {
        if (request.FirstId is not null)
        {
            // Its own grain answers to its own id only.
            _records.Keep(request, clock.GetElapsedTime(0));
        }

        if (_pending.Count == 0)
        {
            _ = SendSoonAsync();
        }

        // Words go one way, and may overtake each other.
        if (_pending.TryGetValue(request.RequestId, out RequestDescription? known) ? RequestRecords.IsLater(request, known) : _pending.Count < PendingMax)
        {
            _pending[request.RequestId] = request;
        }

        return Task.CompletedTask;
    }

    public Task KeepAsync(RequestDescription[] requests)
    {
        foreach (RequestDescription request in requests)
        {
            _records.Keep(request, clock.GetElapsedTime(0));
        }

        return Task.CompletedTask;
    }

    public Task<RequestDescription?> FindAsync(string requestId) => Task.FromResult(_records.Find(requestId));

    /// <summary>A gateway that leaves in good order says what became of its last requests.</summary>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => SendAsync();

    private async Task SendSoonAsync()
    {
        await Task.Delay(BatchPeriod, clock);
        await SendAsync();
    }

    private Task SendAsync()
    {
        RequestDescription[] requests = [.. _pending.Values];
        _pending.Clear();
        string own = GrainKeys.SiloOf(this.GetPrimaryKeyString());
        string[] others = [.. silos.Gateways.Where(name => name != own)];
        string? next = others.Where(name => string.CompareOrdinal(name, own) > 0).Min(StringComparer.Ordinal) ?? others.Min(StringComparer.Ordinal);
        return Task.WhenAll(others
            .Select(gateway => (Gateway: gateway, Requests: Array.FindAll(requests, request => gateway == next || IsFirstAt(gateway, request))))
            .Where(words => words.Requests.Length > 0)
            .Select(words => GrainFactory.GetGrain<IRequestRecordsGrain>(GrainKeys.Records(words.Gateway)).KeepAsync(words.Requests)));
    }

    /// <summary>Whether it was begun there: who asks by its first id is answered there.</summary>
    private static bool IsFirstAt(string gateway, RequestDescription request) => request.FirstId is { } first && GrainKeys.SiloOf(first) == gateway;
}
