namespace Preble.Emulator.Execution;

/// <summary>What an atomic instruction orders between blocks.</summary>
[Flags]
internal enum MemoryOrder
{
    Relaxed = 0,

    /// <summary>As a fence behind it.</summary>
    Acquire = 1,

    /// <summary>As a fence before it.</summary>
    Release = 2,

    /// <summary>For the threads of one block or cluster alone: nothing between blocks.</summary>
    OneBlock = 4,
}
