using Preble.Emulator.Execution;
using Preble.Emulator.Parsing;

namespace Preble.Emulator.Lowering;

/// <summary>Branches and barriers.</summary>
internal static unsafe class FlowLowering
{
    internal static void LowerBranch(KernelLowering kernel, PtxInstruction source)
    {
        Instruction d = KernelLowering.Begin(source);
        if (source.Opcode is "bra" or "bra.uni" && source.Operands is [{ Kind: PtxOperandKind.Name } to])
        {
            d.Flow = Flow.Branch;
            d.Target = kernel.Label(source, to.Name);
        }
        else if (source.Opcode is "brx.idx" or "brx.idx.uni" && source.Operands is [var index, { Kind: PtxOperandKind.Name } list]
            && source.Scope.Table(list.Name) is string[] labels)
        {
            d.Flow = Flow.BranchIndexed;
            d.Target = kernel.AddTable([.. labels.Select(label => kernel.Label(source, label))]);
            kernel.Source(source, ref d, 0, index, 'w');
        }
        else
        {
            throw new PtxException(source.Line, $"unknown instruction '{source}'");
        }

        kernel.Emit(source, d);
    }

    // bar{.cta}.sync a{, b}; bar.arrive a, b; bar.red.op d, a{, b}, {!}p
    internal static void LowerBarrier(KernelLowering kernel, PtxInstruction source)
    {
        string opcode = source.Opcode.Replace("barrier", "bar", StringComparison.Ordinal).Replace(".cta", "", StringComparison.Ordinal)
            .Replace(".aligned", "", StringComparison.Ordinal);
        (BarrierKind kind, char target) = opcode switch
        {
            "bar.sync" => (BarrierKind.Sync, ' '),
            "bar.arrive" => (BarrierKind.Arrive, ' '),
            "bar.red.popc.u32" => (BarrierKind.Count, 'w'),
            "bar.red.and.pred" => (BarrierKind.All, 'p'),
            "bar.red.or.pred" => (BarrierKind.Any, 'p'),
            _ => throw new PtxException(source.Line, $"unknown instruction '{source}'"),
        };
        var operands = new Queue<PtxOperand>(source.Operands);
        int reduces = kind >= BarrierKind.Count ? 1 : 0;
        if (operands.Count < 1 + (2 * reduces) || operands.Count > 2 + (2 * reduces) || (kind == BarrierKind.Arrive && operands.Count != 2))
        {
            throw new PtxException(source.Line, $"{source}: {operands.Count} operands");
        }

        Instruction d = KernelLowering.Begin(source);
        d.Flow = Flow.Barrier;
        d.Immediate = (long)kind;
        if (reduces != 0)
        {
            kernel.Target(source, ref d, 3, operands.Dequeue(), target);
        }

        kernel.Source(source, ref d, 0, operands.Dequeue(), 'w');
        d.Operand[1] = kernel.Constant(0, false);
        if (operands.Count > reduces)
        {
            kernel.Source(source, ref d, 1, operands.Dequeue(), 'w');
        }

        if (reduces != 0)
        {
            kernel.Source(source, ref d, 2, operands.Dequeue(), 'p');
        }

        kernel.Emit(source, d);
    }
}
