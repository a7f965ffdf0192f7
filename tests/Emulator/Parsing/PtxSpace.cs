namespace Preble.Emulator.Parsing;

/// <summary>State spaces.</summary>
internal enum PtxSpace
{
    Generic,
    Global,
    Shared,
    Local,
    Const,
    Param,
    Register,
}
