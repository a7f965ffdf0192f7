namespace Preble.Emulator.Parsing;

/// <summary>A virtual register of a kernel.</summary>
/// <param name="Name">As declared.</param>
/// <param name="Type">As declared.</param>
/// <param name="Index">Number among the registers of the kernel.</param>
internal sealed record PtxRegister(string Name, PtxType Type, int Index);
