using Preble.Emulator.Parsing;

namespace Preble.Emulator.Execution;

/// <summary>A kernel ready to run.</summary>
internal sealed class KernelCode
{
    internal required string Name { get; init; }

    /// <summary>Pinned.</summary>
    internal required Instruction[] Instructions { get; init; }

    /// <summary>Instructions as written, for messages.</summary>
    internal required IReadOnlyList<PtxInstruction> Source { get; init; }

    /// <summary>Targets of indexed branches.</summary>
    internal required int[][] Tables { get; init; }

    /// <summary>Size of a warp's registers, in bytes.</summary>
    internal required int RegisterBytes { get; init; }

    /// <summary>The rows of constants, behind room for the arguments.</summary>
    internal required byte[] Constants { get; init; }

    internal required IReadOnlyList<PtxVariable> Parameters { get; init; }

    internal required int StaticSharedBytes { get; init; }

    /// <summary>Where dynamic shared memory begins.</summary>
    internal required int DynamicSharedStart { get; init; }

    /// <summary>Of one thread.</summary>
    internal required int LocalBytes { get; init; }

    internal required int ThreadsMax { get; init; }

    /// <summary>Registers of 32 bits that a thread holds at most at a time.</summary>
    internal required int RegistersMax { get; init; }

    /// <summary>Bytes of shared memory that every access keeps together, as a power of two.</summary>
    internal required int SharedShift { get; init; }
}
