using Preble.Grains.Interfaces;

namespace Preble.Grains;

/// <summary>The latest word of each request, for a while. Single-threaded; pure but for what it holds.</summary>
/// <param name="recordsMax">Ids; the oldest go first.</param>
/// <param name="age">For how long each is held since it was first heard of.</param>
internal sealed class RequestRecords(int recordsMax, TimeSpan age)
{
    private readonly Dictionary<string, RequestDescription> _records = [];
    private readonly Queue<(string Id, TimeSpan Since)> _order = new();

    public int Count => _records.Count;

    /// <summary>Takes in a word of a request, unless a later one is there; of one that was run again also as a word of its first id.</summary>
    public void Keep(RequestDescription request, TimeSpan now)
    {
        Keep(request.RequestId, request, now);
        if (request.FirstId is { } first)
        {
            Keep(first, request, now);
        }

        while (_order.Count > recordsMax || (_order.TryPeek(out (string Id, TimeSpan Since) oldest) && now - oldest.Since > age))
        {
            _records.Remove(_order.Dequeue().Id);
        }
    }

    /// <summary>The latest word of the latest run; null for none.</summary>
    public RequestDescription? Find(string requestId) => _records.GetValueOrDefault(requestId);

    private void Keep(string id, RequestDescription request, TimeSpan now)
    {
        if (!_records.TryGetValue(id, out RequestDescription? known))
        {
            _order.Enqueue((id, now));
            _records[id] = request;
        }
        else if (IsLater(request, known))
        {
            _records[id] = request;
        }
    }

    /// <summary>Whether of two words of one id the first is of a later run, or says more of the same.</summary>
    public static bool IsLater(RequestDescription request, RequestDescription known) =>
        request.Run > known.Run
        || (request.Run == known.Run && (known.Outcome is null
            ? request.Outcome is not null || request.Attempts >= known.Attempts
            : request.Outcome is not null && request.Placement is not null && known.Placement is null));
}
