using Preble.Emulator.Parsing;

namespace Preble.Emulator.Lowering;

/// <summary>Where the shared and local variables lie that a kernel names.</summary>
internal sealed class KernelLayout
{
    private const ulong DynamicAlign = 128;

    private readonly Dictionary<PtxVariable, ulong> _places = [];

    internal KernelLayout(PtxKernel kernel)
    {
        PtxVariable[] named = [.. kernel.Code.SelectMany(Named).Distinct()];
        ulong shared = Place(named.Where(variable => variable.Space == PtxSpace.Shared && variable.Bytes > 0));
        StaticSharedBytes = (int)shared;
        DynamicSharedStart = (int)((shared + DynamicAlign - 1) / DynamicAlign * DynamicAlign);
        foreach (PtxVariable dynamic in named.Where(variable => variable.Space == PtxSpace.Shared && variable.Bytes == 0))
        {
            _places[dynamic] = (ulong)DynamicSharedStart;
        }

        DynamicSharedStart = named.Any(variable => variable.Space == PtxSpace.Shared && variable.Bytes == 0) ? DynamicSharedStart : StaticSharedBytes;
        LocalBytes = (int)((Place(named.Where(variable => variable.Space == PtxSpace.Local)) + 15) / 16 * 16);
    }

    internal int StaticSharedBytes { get; }

    internal int DynamicSharedStart { get; }

    internal int LocalBytes { get; }

    /// <summary>Address of a variable in its own space.</summary>
    internal ulong Address(PtxVariable variable) => _places.TryGetValue(variable, out ulong place) ? place : variable.Address;

    private static IEnumerable<PtxVariable> Named(PtxInstruction instruction) =>
        instruction.Operands.SelectMany(operand => operand.Parts)
            .Select(part => part.Name.Length == 0 ? null : instruction.Scope.Variable(part.Name))
            .OfType<PtxVariable>();

    private ulong Place(IEnumerable<PtxVariable> variables)
    {
        ulong end = 0;
        foreach (PtxVariable variable in variables)
        {
            ulong align = (ulong)variable.Align;
            end = (end + align - 1) / align * align;
            _places[variable] = end;
            end += (ulong)variable.Bytes;
        }

        return end;
    }
}
