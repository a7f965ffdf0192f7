namespace Preble.Embedded.Activations;

/// <summary>A doubly linked list through the requests themselves: no allocation, removal from anywhere in constant time.</summary>
internal struct RequestList
{
    /// <summary>The request that came first, or null.</summary>
    public Request? First { get; private set; }

    /// <summary>The request that came last, or null.</summary>
    public Request? Last { get; private set; }

    /// <summary>Number of requests.</summary>
    public int Count { get; private set; }

    /// <summary>Puts a request that is in no list at the end.</summary>
    public void Append(Request request)
    {
        request.Previous = Last;
        request.Next = null;
        if (Last is null) First = request;
        else Last.Next = request;
        Last = request;
        Count++;
    }

    /// <summary>Takes out a request that is in this list.</summary>
    public void Remove(Request request)
    {
        if (request.Previous is null) First = request.Next;
        else request.Previous.Next = request.Next;
        if (request.Next is null) Last = request.Previous;
        else request.Next.Previous = request.Previous;
        request.Previous = null;
        request.Next = null;
        Count--;
    }
}
