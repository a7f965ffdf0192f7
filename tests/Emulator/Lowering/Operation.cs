using Preble.Emulator.Execution;

namespace Preble.Emulator.Lowering;

/// <summary>How an opcode whose operands are all registers or numbers is run.</summary>
/// <param name="run">Does it.</param>
/// <param name="signature">
/// A letter for each target, =, a letter for each source, vectors flattened: h 16 bits, w 32, q 64, f a 32-bit float, d a 64-bit float, p a predicate, m the
/// mask of lanes that take part.
/// </param>
/// <param name="flow">What it does to the way of the warp.</param>
/// <param name="immediate">For <see cref="Instruction.Immediate"/>.</param>
internal sealed unsafe class Operation(delegate*<Warp, Instruction*, uint, void> run, string signature, Flow flow = Flow.Next, long immediate = 0)
{
    internal delegate*<Warp, Instruction*, uint, void> Run => run;

    internal string Targets => signature[..signature.IndexOf('=')];

    internal string Sources => signature[(signature.IndexOf('=') + 1)..];

    internal Flow Flow => flow;

    internal long Immediate => immediate;
}
