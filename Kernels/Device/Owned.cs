namespace Preble.Kernels.Device;

/// <summary>What an object has made, to be freed in reverse: also where its constructor fails halfway.</summary>
internal sealed class Owned : IDisposable
{
    private readonly List<IDisposable> _made = [];

    /// <summary>Takes something into ownership.</summary>
    internal T Add<T>(T made)
        where T : IDisposable
    {
        _made.Add(made);
        return made;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int i = _made.Count - 1; i >= 0; i--)
        {
            _made[i].Dispose();
        }

        _made.Clear();
    }
}
