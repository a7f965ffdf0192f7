namespace Preble.Embedded.Streams;

/// <summary>An enumeration that an activation produces, whatever the type of its elements. Used only within its turns.</summary>
internal interface IOpenEnumeration : IAsyncDisposable
{
    /// <summary>Lets a read that waits return without an element.</summary>
    void ReleaseRead();

    /// <summary>Whether there was no read since this was asked last, and none waits.</summary>
    bool IsForgotten();
}
