using System.Text.RegularExpressions;
using Preble.Emulator.Execution;
using Preble.Emulator.Ops;
using Preble.Emulator.Parsing;

namespace Preble.Emulator.Lowering;

/// <summary>cp.async.{ca|cg}.shared.global [target], [source], bytes{, bytes that are read}, and waiting for groups.</summary>
internal static unsafe partial class AsyncCopyLowering
{
    internal static void Lower(KernelLowering kernel, PtxInstruction source)
    {
        Instruction d = KernelLowering.Begin(source);
        PtxOperand[] operands = source.Operands;
        if (source.Opcode == "cp.async.wait_group" && operands is [{ Kind: PtxOperandKind.Integer, Integer: >= 0 }])
        {
            d.Run = &AsyncCopyOps.Wait;
            d.Immediate = operands[0].Integer;
            kernel.Emit(source, d);
            return;
        }

        if (!Copy().IsMatch(source.Opcode) || operands.Length is not (3 or 4) || operands[2] is not { Kind: PtxOperandKind.Integer, Integer: 4 or 8 or 16 }
            || (source.Opcode.StartsWith("cp.async.cg", StringComparison.Ordinal) && operands[2].Integer != 16))
        {
            throw new PtxException(source.Line, $"unknown instruction '{source}'");
        }

        int bytes = (int)operands[2].Integer;
        d.Run = &AsyncCopyOps.Copy;
        MemoryLowering.LowerAddress(kernel, source, ref d, operands[0], PtxSpace.Shared, 0);
        d.Target = d.Shape.WideAddress ? 1 : 0;
        long offset = d.Immediate;
        MemoryLowering.LowerAddress(kernel, source, ref d, operands[1], PtxSpace.Global, Addressing.Operand);
        kernel.Source(source, ref d, 2, operands.Length == 4 ? operands[3] : operands[2], 'w');
        d.Operand[3] = kernel.Constant((ulong)offset, false);
        d.Shape.ElementBytes = (byte)bytes;
        d.Shape.Elements = 1;
        kernel.NoteShared(PtxSpace.Shared, bytes);
        kernel.Emit(source, d);
    }

    [GeneratedRegex(@"^cp\.async\.(ca|cg)\.shared(::cta)?\.global(\.L2::(64B|128B|256B))?$")]
    private static partial Regex Copy();
}
