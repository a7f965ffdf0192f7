using Preble.Grains.Interfaces;

namespace Preble.Grains;

/// <summary>The latest word of each request, for a while. Single-threaded; pure but for what it holds.</summary>
/// <param name="recordsMax">Requests; the oldest go first.</param>
/// <param name="age">For how long each is held since it was first heard of.</param>
internal sealed class RequestRecords(int recordsMax, TimeSpan age)
{
    private readonly Dictionary<string, RequestDescription> _records = [];
    private readonly Queue<(string Id, TimeSpan Since)> _order = new();

    public int Count => _records.Count;

    /// <summary>Takes in a word of a request, unless a later one is there.</summary>
    public void Keep(RequestDescription request, TimeSpan now)
    {
        if (!_records.TryGetValue(request.RequestId, out RequestDescription? known))
        {
            _order.Enqueue((request.RequestId, now));
            _records[request.RequestId] = request;
        }
        else if (known.Outcome is null && (request.Outcome is not null || request.Attempts >= known.Attempts))
        {
            _records[request.RequestId] = request;
        }

        while (_order.Count > recordsMax || (_order.TryPeek(out (string Id, TimeSpan Since) oldest) && now - oldest.Since > age))
        {
            _records.Remove(_order.Dequeue().Id);
        }
    }

    /// <summary>The latest word; null for none.</summary>
    public RequestDescription? Find(string requestId) => _records.GetValueOrDefault(requestId);
}
