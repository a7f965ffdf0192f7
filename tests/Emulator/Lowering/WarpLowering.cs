using Preble.Emulator.Execution;
using Preble.Emulator.Ops;
using Preble.Emulator.Parsing;

namespace Preble.Emulator.Lowering;

/// <summary>shfl.sync, match.sync and elect.sync, whose second target may be left out.</summary>
internal static unsafe class WarpLowering
{
    private const int Members = Instruction.OperandsMax - 1;

    internal static void Lower(KernelLowering kernel, PtxInstruction source)
    {
        PtxOperand[] operands = source.Operands;
        Instruction d = KernelLowering.Begin(source);
        d.Flow = Flow.Lanes;
        string opcode = source.Opcode;
        if (opcode is "shfl.sync.up.b32" or "shfl.sync.down.b32" or "shfl.sync.bfly.b32" or "shfl.sync.idx.b32" && operands.Length == 5)
        {
            d.Run = &WarpOps.Shuffle;
            d.Immediate = opcode["shfl.sync.".Length];
            LowerTargets(kernel, source, ref d, 'w');
            kernel.Source(source, ref d, 2, operands[1], 'f');
            kernel.Source(source, ref d, 3, operands[2], 'w');
            kernel.Source(source, ref d, 4, operands[3], 'w');
        }
        else if (opcode is "match.sync.any.b32" or "match.sync.any.b64" or "match.sync.all.b32" or "match.sync.all.b64" && operands.Length == 3)
        {
            bool wide = opcode.EndsWith("64", StringComparison.Ordinal);
            d.Run = wide ? &WarpOps.Match<ulong> : &WarpOps.Match<uint>;
            d.Immediate = opcode.Contains(".all.", StringComparison.Ordinal) ? 1 : 0;
            LowerTargets(kernel, source, ref d, 'w');
            kernel.Source(source, ref d, 2, operands[1], wide ? 'q' : 'w');
        }
        else if (opcode == "elect.sync" && operands is [{ Kind: PtxOperandKind.Pair }, _])
        {
            d.Run = &WarpOps.Elect;
            LowerTargets(kernel, source, ref d, 'w');
        }
        else
        {
            throw new PtxException(source.Line, $"unknown instruction '{source}'");
        }

        kernel.Source(source, ref d, Members, operands[^1], 'w');
        kernel.Emit(source, d);
    }

    private static void LowerTargets(KernelLowering kernel, PtxInstruction source, ref Instruction d, char letter)
    {
        PtxOperand[] targets = source.Operands[0].Parts;
        kernel.Target(source, ref d, 0, targets[0], letter);
        if (targets.Length > 1)
        {
            kernel.Target(source, ref d, 1, targets[1], 'p');
        }
    }
}
