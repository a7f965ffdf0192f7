namespace Preble.Kernels.Checking;

/// <summary>Which shapes are checked.</summary>
public enum CheckSize
{
    /// <summary>Shapes that find every mistake of indexing we could think of, small enough for an emulator.</summary>
    Small,

    /// <summary>Shapes of real models besides, for a GPU.</summary>
    Large,
}
