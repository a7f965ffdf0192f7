namespace Preble.Emulator.Execution;

/// <summary>What a kernel did wrong.</summary>
public enum FaultKind
{
    /// <summary>An access outside of all live memory.</summary>
    OutOfBounds,

    Misaligned,

    /// <summary>A read of what nobody wrote.</summary>
    Uninitialised,

    /// <summary>A read or write of what a <c>cp.async</c> brings, before it was waited for.</summary>
    AsyncCopyPending,

    /// <summary>
    /// Two accesses of which one writes, with nothing that orders them: to shared memory by threads of a block, or to global memory by blocks of a launch.
    /// </summary>
    Race,

    /// <summary>A barrier that part of a warp or block does not reach.</summary>
    DivergentBarrier,

    /// <summary>A warp-wide instruction with a mask that does not hold.</summary>
    WrongMask,

    /// <summary>All wait for each other.</summary>
    Deadlock,

    /// <summary>trap, or an instruction that cannot be run with these operands.</summary>
    Trap,

    /// <summary>More instructions than allowed.</summary>
    Timeout,
}
