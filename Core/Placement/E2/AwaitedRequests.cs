using System.Diagnostics.CodeAnalysis;

namespace Preble.Core.Placement.E2;

/// <summary>
/// The requests that have a key portion and have not ended. Of some the end is never told: when there are more than
/// <see cref="PolicyOptions.E2AwaitedRequestsMax"/>, the oldest is forgotten. Objects are used again.
/// </summary>
internal sealed class AwaitedRequests(PolicyOptions options)
{
    private readonly Dictionary<RequestId, LinkedListNode<AwaitedRequest>> _byId = [];
    private readonly LinkedList<AwaitedRequest> _inOrder = new();
    private readonly Stack<LinkedListNode<AwaitedRequest>> _spare = [];

    public int Count => _byId.Count;

    /// <summary>Awaits a request; one that is awaited already has been placed again.</summary>
    public void Add(RequestId id, KeyPortion portion, double prefillSeconds)
    {
        Forget(id);
        if (_byId.Count >= options.E2AwaitedRequestsMax)
        {
            Forget(_inOrder.First!.Value.Id);
        }

        LinkedListNode<AwaitedRequest> node = _spare.TryPop(out LinkedListNode<AwaitedRequest>? spare) ? spare : new(new AwaitedRequest());
        node.Value.Id = id;
        node.Value.Portion = portion;
        node.Value.Stamp = portion.Stamp;
        node.Value.PrefillSeconds = prefillSeconds;
        _byId.Add(id, node);
        _inOrder.AddLast(node);
    }

    /// <summary>Awaits a request no more.</summary>
    /// <param name="id">The request.</param>
    /// <param name="portion">Its key portion.</param>
    /// <param name="prefillSeconds">As predicted when it was sent.</param>
    /// <returns>False if it was not awaited, or the last request with its portion has left the window since.</returns>
    public bool Take(RequestId id, [NotNullWhen(true)] out KeyPortion? portion, out double prefillSeconds)
    {
        portion = null;
        prefillSeconds = 0;
        if (_byId.TryGetValue(id, out LinkedListNode<AwaitedRequest>? node))
        {
            portion = node.Value.Portion!.Stamp == node.Value.Stamp ? node.Value.Portion : null;
            prefillSeconds = node.Value.PrefillSeconds;
            Forget(id);
        }

        return portion is not null;
    }

    /// <summary>Stops awaiting a request, if it is.</summary>
    public void Forget(RequestId id)
    {
        if (_byId.Remove(id, out LinkedListNode<AwaitedRequest>? node))
        {
            _inOrder.Remove(node);
            node.Value.Portion = null;
            _spare.Push(node);
        }
    }
}
