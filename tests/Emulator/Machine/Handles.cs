namespace Preble.Emulator.Machine;

/// <summary>The handles that were given out; a number is never given twice.</summary>
internal sealed class Handles
{
    private readonly Dictionary<nint, object> _objects = [];
    private nint _next = 0x1000;

    /// <summary>Handles that are not freed.</summary>
    internal int Count
    {
        get
        {
            lock (_objects)
            {
                return _objects.Count;
            }
        }
    }

    internal nint Add(object value)
    {
        lock (_objects)
        {
            _next += 16;
            _objects.Add(_next, value);
            return _next;
        }
    }

    /// <summary>Adds what has a handle of its own, such as an address.</summary>
    internal void Add(nint handle, object value)
    {
        lock (_objects)
        {
            _objects.Add(handle, value);
        }
    }

    internal T? Find<T>(nint handle)
        where T : class
    {
        lock (_objects)
        {
            return _objects.GetValueOrDefault(handle) as T;
        }
    }

    internal T? Remove<T>(nint handle)
        where T : class
    {
        lock (_objects)
        {
            if (_objects.GetValueOrDefault(handle) is T found)
            {
                _objects.Remove(handle);
                return found;
            }

            return null;
        }
    }
}
