namespace Preble.Emulator.Parsing;

/// <summary>An <c>.entry</c> as written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Line">Where it begins.</param>
/// <param name="Parameters">Addresses are offsets in the parameter space.</param>
/// <param name="Registers">All of them.</param>
/// <param name="Variables">Shared and local ones of its own.</param>
/// <param name="Code">Its instructions.</param>
/// <param name="ThreadsMax">Of a block, from <c>.maxntid</c> or <c>.reqntid</c>.</param>
internal sealed record PtxKernel(
    string Name,
    int Line,
    IReadOnlyList<PtxVariable> Parameters,
    IReadOnlyList<PtxRegister> Registers,
    IReadOnlyList<PtxVariable> Variables,
    IReadOnlyList<PtxInstruction> Code,
    int ThreadsMax);
