namespace Preble.Emulator.Parsing;

internal enum PtxOperandKind
{
    /// <summary>A register, label, variable or special register.</summary>
    Name,

    Integer,

    /// <summary>A number written as <c>0f</c>, <c>0d</c> or decimal.</summary>
    Float,

    /// <summary>[name+offset]</summary>
    Address,

    /// <summary>{a, b}</summary>
    Vector,

    /// <summary>a|b</summary>
    Pair,
}
