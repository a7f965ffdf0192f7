namespace Preble.Embedded.Tests;

/// <summary>A scoped service that knows when its scope ended.</summary>
public sealed class ScopedThing : IDisposable
{
    public bool IsDisposed { get; private set; }

    public void Dispose() => IsDisposed = true;
}
