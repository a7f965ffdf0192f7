namespace Preble.Emulator.Parsing;

/// <summary>A PTX file as written.</summary>
/// <param name="Version">10 * major + minor of the PTX language.</param>
/// <param name="Target">Compute capability as 10 * major + minor.</param>
/// <param name="Variables">Of the module: global, constant and shared ones.</param>
/// <param name="Kernels">Its entries.</param>
internal sealed record PtxModule(int Version, int Target, IReadOnlyList<PtxVariable> Variables, IReadOnlyList<PtxKernel> Kernels);
