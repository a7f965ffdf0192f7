namespace Preble.Embedded.Activations;

/// <summary>Which activation's turn runs on this thread.</summary>
internal static class TurnContext
{
    [ThreadStatic]
    private static Activation? _current;

    /// <summary>The activation, or null outside of turns.</summary>
    public static Activation? Current
    {
        get => _current;
        set => _current = value;
    }
}
