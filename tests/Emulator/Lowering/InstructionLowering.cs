using Preble.Emulator.Execution;
using Preble.Emulator.Parsing;

namespace Preble.Emulator.Lowering;

/// <summary>Lowers one instruction: by the table of plain operations, or by what its family needs.</summary>
internal static unsafe class InstructionLowering
{
    /// <exception cref="PtxException">It is not known.</exception>
    internal static void Lower(KernelLowering kernel, PtxInstruction source)
    {
        string opcode = source.Opcode;
        string root = opcode.Split('.')[0];
        switch (root)
        {
            case "ld" or "st" or "ldu":
                MemoryLowering.LowerAccess(kernel, source);
                break;
            case "atom" or "red":
                AtomicLowering.Lower(kernel, source);
                break;
            case "cp" when opcode is not ("cp.async.commit_group" or "cp.async.wait_all"):
                AsyncCopyLowering.Lower(kernel, source);
                break;
            case "ldmatrix" or "stmatrix":
                MemoryLowering.LowerMatrix(kernel, source);
                break;
            case "mov" when !opcode.EndsWith(".pred", StringComparison.Ordinal):
                MoveLowering.Lower(kernel, source);
                break;
            case "cvta" or "isspacep":
                MoveLowering.LowerSpace(kernel, source);
                break;
            case "bra" or "brx":
                FlowLowering.LowerBranch(kernel, source);
                break;
            case "bar" or "barrier" when opcode != "bar.warp.sync":
                FlowLowering.LowerBarrier(kernel, source);
                break;
            case "setp":
                LowerCompare(kernel, source);
                break;
            case "shfl" or "match" or "elect":
                WarpLowering.Lower(kernel, source);
                break;
            case "lop3" or "dp4a":
                WideLowering.Lower(kernel, source);
                break;
            case "prefetch" when opcode is "prefetch.global.L1" or "prefetch.global.L2" or "prefetch.L1" or "prefetch.L2":
                // There is no cache to fetch into.
                break;
            default:
                LowerPlain(kernel, source, Find(source, opcode));
                break;
        }
    }

    /// <summary>The operation of a name.</summary>
    internal static Operation Find(PtxInstruction source, string opcode) =>
        OperationTable.All.Find(opcode) ?? throw new PtxException(source.Line, $"unknown instruction '{source}'");

    /// <summary>Puts operands as the operation's signature tells.</summary>
    internal static void LowerPlain(KernelLowering kernel, PtxInstruction source, Operation operation)
    {
        PtxOperand[] operands = [.. source.Operands.SelectMany(operand => operand.Kind == PtxOperandKind.Vector ? operand.Parts : [operand])];
        string targets = operation.Targets;
        string sources = operation.Sources;
        if (operands.Length != targets.Length + sources.Length)
        {
            throw new PtxException(source.Line, $"{source}: {operands.Length} operands instead of {targets.Length + sources.Length}");
        }

        Instruction d = KernelLowering.Begin(source);
        d.Run = operation.Run;
        d.Flow = operation.Flow;
        d.Immediate = operation.Immediate;
        for (int i = 0; i < targets.Length; i++)
        {
            kernel.Target(source, ref d, i, operands[i], targets[i]);
        }

        for (int i = 0; i < sources.Length; i++)
        {
            int slot = sources[i] == 'm' ? Instruction.OperandsMax - 1 : targets.Length + i;
            kernel.Source(source, ref d, slot, operands[targets.Length + i], sources[i]);
        }

        kernel.Emit(source, d);
        if (targets == "x" && KernelLowering.Register(source, operands[0]).Type.Bits == 16)
        {
            MoveLowering.Cut(kernel, source, operands[0]);
        }
    }

    // setp.relation{.join}.type p{|q}, a, b{, {!}c}
    private static void LowerCompare(KernelLowering kernel, PtxInstruction source)
    {
        string[] parts = source.Opcode.Split('.');
        int join = parts.Length > 3 ? Array.IndexOf(["", "and", "or", "xor"], parts[2]) : -1;
        Operation operation = Find(source, join > 0 ? string.Join('.', parts.Where((_, n) => n != 2)) : source.Opcode);
        if (source.Operands.Length != (join > 0 ? 4 : 3))
        {
            throw new PtxException(source.Line, $"{source}: {source.Operands.Length} operands");
        }

        Instruction d = KernelLowering.Begin(source);
        d.Run = operation.Run;
        d.Immediate = Math.Max(join, 0);
        PtxOperand[] targets = source.Operands[0].Parts;
        for (int i = 0; i < targets.Length; i++)
        {
            kernel.Target(source, ref d, i, targets[i], 'p');
        }

        kernel.Source(source, ref d, 2, source.Operands[1], operation.Sources[0]);
        kernel.Source(source, ref d, 3, source.Operands[2], operation.Sources[1]);
        if (join > 0)
        {
            kernel.Source(source, ref d, 4, source.Operands[3], 'p');
        }

        kernel.Emit(source, d);
    }
}
