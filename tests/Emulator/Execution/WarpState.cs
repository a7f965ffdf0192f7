namespace Preble.Emulator.Execution;

internal enum WarpState
{
    Ready,

    /// <summary>At a barrier.</summary>
    Waiting,

    Done,
}
