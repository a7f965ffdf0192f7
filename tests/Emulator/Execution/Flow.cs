namespace Preble.Emulator.Execution;

/// <summary>What an instruction does to the way a warp goes.</summary>
internal enum Flow
{
    /// <summary>Nothing.</summary>
    Next,

    Branch,

    /// <summary>By an index into a table.</summary>
    BranchIndexed,

    /// <summary>ret, exit.</summary>
    Exit,

    /// <summary>trap, brkpt.</summary>
    Trap,

    /// <summary>Waits for the lanes of a mask, then runs.</summary>
    Lanes,

    /// <summary>Waits for the whole warp, then runs.</summary>
    Warp,

    /// <summary>Waits for the whole warp, then for other warps.</summary>
    Barrier,
}
