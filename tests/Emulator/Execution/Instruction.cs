namespace Preble.Emulator.Execution;

/// <summary>
/// A decoded instruction. Operands are places of rows (32 lanes of one register): offsets into a warp's registers, or, inverted, into the launch's constants.
/// </summary>
internal unsafe struct Instruction
{
    internal const int OperandsMax = 16;

    /// <summary>Does it for the lanes of a mask.</summary>
    internal delegate*<Warp, Instruction*, uint, void> Run;

    internal Flow Flow;

    /// <summary>Place of the predicate that says where it runs; -1 for everywhere. Predicates are masks of 32 bits.</summary>
    internal int Guard;

    /// <summary>All ones where the predicate is meant inverted.</summary>
    internal uint GuardFlip;

    /// <summary>All ones where the predicate among the sources is meant inverted.</summary>
    internal uint SourceFlip;

    /// <summary>Number of the instruction that a branch leads to, or of a table of them.</summary>
    internal int Target;

    /// <summary>Number of the instruction in its kernel.</summary>
    internal int Index;

    /// <summary>Line in the PTX text.</summary>
    internal int Line;

    /// <summary>A constant whose meaning the instruction knows: an address's offset, a size, a table of bits.</summary>
    internal long Immediate;

    internal MemoryShape Shape;

    /// <summary>Targets first, then sources.</summary>
    internal fixed int Operand[OperandsMax];
}
