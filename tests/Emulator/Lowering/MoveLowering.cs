using Preble.Emulator.Execution;
using Preble.Emulator.Memory;
using Preble.Emulator.Ops;
using Preble.Emulator.Parsing;

namespace Preble.Emulator.Lowering;

/// <summary>mov, cvta and isspacep.</summary>
internal static unsafe class MoveLowering
{
    private static readonly Dictionary<string, SpecialRegister> Special = new()
    {
        ["%tid.x"] = SpecialRegister.ThreadX,
        ["%tid.y"] = SpecialRegister.ThreadY,
        ["%tid.z"] = SpecialRegister.ThreadZ,
        ["%ntid.x"] = SpecialRegister.ThreadsX,
        ["%ntid.y"] = SpecialRegister.ThreadsY,
        ["%ntid.z"] = SpecialRegister.ThreadsZ,
        ["%ctaid.x"] = SpecialRegister.BlockX,
        ["%ctaid.y"] = SpecialRegister.BlockY,
        ["%ctaid.z"] = SpecialRegister.BlockZ,
        ["%nctaid.x"] = SpecialRegister.BlocksX,
        ["%nctaid.y"] = SpecialRegister.BlocksY,
        ["%nctaid.z"] = SpecialRegister.BlocksZ,
        ["%laneid"] = SpecialRegister.Lane,
        ["%warpid"] = SpecialRegister.Warp,
        ["%nwarpid"] = SpecialRegister.Warps,
        ["WARP_SZ"] = SpecialRegister.WarpSize,
        ["%lanemask_eq"] = SpecialRegister.LanesEqual,
        ["%lanemask_lt"] = SpecialRegister.LanesBelow,
        ["%lanemask_le"] = SpecialRegister.LanesUpTo,
        ["%lanemask_gt"] = SpecialRegister.LanesAbove,
        ["%lanemask_ge"] = SpecialRegister.LanesFrom,
        ["%dynamic_smem_size"] = SpecialRegister.DynamicSharedBytes,
        ["%total_smem_size"] = SpecialRegister.SharedBytes,
        ["%clock"] = SpecialRegister.Clock,
        ["%clock64"] = SpecialRegister.Clock,
        ["%globaltimer"] = SpecialRegister.Clock,
    };

    internal static void Lower(KernelLowering kernel, PtxInstruction source)
    {
        if (source.Operands.Length != 2)
        {
            throw new PtxException(source.Line, $"{source}: two operands are expected");
        }

        PtxOperand to = source.Operands[0];
        PtxOperand from = source.Operands[1];
        if (to.Kind == PtxOperandKind.Vector || from.Kind == PtxOperandKind.Vector)
        {
            LowerParts(kernel, source, to, from);
            return;
        }

        if (from.Kind == PtxOperandKind.Name && source.Scope.Register(from.Name) == null)
        {
            bool wide = KernelLowering.Register(source, to).Type.Bits == 64;
            Instruction d = KernelLowering.Begin(source);
            kernel.Target(source, ref d, 0, to, wide ? 'q' : 'w');
            if (Special.TryGetValue(from.Name, out SpecialRegister register))
            {
                d.Run = wide ? &MoveOps.Special<ulong> : &MoveOps.Special<uint>;
                d.Immediate = (long)register;
            }
            else
            {
                PtxVariable variable = source.Scope.Variable(from.Name) is { Space: not PtxSpace.Param } known ? known
                    : throw new PtxException(source.Line, $"{source}: nothing is named '{from.Name}'");
                d.Run = wide ? &Unary<ulong, Arithmetic.Move<ulong>>.Run : &Unary<uint, Arithmetic.Move<uint>>.Run;
                d.Operand[1] = kernel.Constant(kernel.Address(variable) + (ulong)from.Integer, wide);
            }

            kernel.Emit(source, d);
            return;
        }

        InstructionLowering.LowerPlain(kernel, source, InstructionLowering.Find(source, source.Opcode));
    }

    /// <summary>Cuts a register of 16 bits to its size, which its row may have got over.</summary>
    internal static void Cut(KernelLowering kernel, PtxInstruction source, PtxOperand register)
    {
        Instruction d = KernelLowering.Begin(source);
        d.Run = &Binary<uint, Arithmetic.And<uint>>.Run;
        kernel.Target(source, ref d, 0, register, 'h');
        kernel.Source(source, ref d, 1, register, 'h');
        d.Operand[2] = kernel.Constant(ushort.MaxValue, false);
        kernel.Emit(source, d);
    }

    // Generic addresses are those of global memory, and windows for shared and local memory.
    internal static void LowerSpace(KernelLowering kernel, PtxInstruction source)
    {
        string[] parts = source.Opcode.Split('.');
        bool to = parts.Length > 1 && parts[1] == "to";
        bool test = parts[0] == "isspacep";
        string word = parts.Length > (to ? 2 : 1) ? parts[to ? 2 : 1] : "";
        bool complete = parts.Length == (test ? 2 : to ? 4 : 3) && (test || parts[^1] == "u64") && source.Operands.Length == 2;
        if (!complete || !MemoryLowering.TrySpace(word, out PtxSpace space) || space == PtxSpace.Param)
        {
            throw new PtxException(source.Line, $"unknown instruction '{source}'");
        }

        ulong window = space switch { PtxSpace.Shared => AddressSpace.SharedWindow, PtxSpace.Local => AddressSpace.LocalWindow, _ => 0 };
        Instruction d = KernelLowering.Begin(source);
        kernel.Target(source, ref d, 0, source.Operands[0], test ? 'p' : 'q');
        if (source.Operands[1].Kind == PtxOperandKind.Name && source.Scope.Variable(source.Operands[1].Name) is PtxVariable variable)
        {
            d.Operand[1] = kernel.Constant(kernel.Address(variable) + (ulong)source.Operands[1].Integer, true);
        }
        else
        {
            kernel.Source(source, ref d, 1, source.Operands[1], 'q');
        }

        d.Run = test ? &MoveOps.IsSpace : &Binary<ulong, Arithmetic.Add<ulong>>.Run;
        d.Immediate = (long)window;
        d.Operand[2] = kernel.Constant(to ? 0 - window : window, true);
        kernel.Emit(source, d);
    }

    private static void LowerParts(KernelLowering kernel, PtxInstruction source, PtxOperand to, PtxOperand from)
    {
        bool pack = from.Kind == PtxOperandKind.Vector;
        PtxOperand[] parts = (pack ? from : to).Parts;
        string type = source.Opcode["mov.".Length..];
        int bits = PtxType.TryParse(type, out PtxType whole) && whole.Bits is 32 or 64 ? whole.Bits / parts.Length : 0;
        if (bits is not (16 or 32) || (pack && to.Kind == PtxOperandKind.Vector) || parts.Length * bits != whole.Bits)
        {
            throw new PtxException(source.Line, $"unknown instruction '{source}' with {parts.Length} parts");
        }

        char letter = bits == 16 ? 'h' : 'w';
        char row = whole.Bits == 64 ? 'q' : 'w';
        Instruction d = KernelLowering.Begin(source);
        d.Immediate = bits;
        d.Target = parts.Length;
        for (int i = 0; i < parts.Length; i++)
        {
            if (pack)
            {
                kernel.Source(source, ref d, 1 + i, parts[i], letter);
            }
            else
            {
                kernel.Target(source, ref d, i, parts[i], letter);
            }
        }

        if (pack)
        {
            d.Run = whole.Bits == 64 ? &MoveOps.Pack<ulong, uint> : &MoveOps.Pack<uint, uint>;
            kernel.Target(source, ref d, 0, to, row);
        }
        else
        {
            d.Run = whole.Bits == 64 ? &MoveOps.Unpack<ulong, uint> : &MoveOps.Unpack<uint, uint>;
            kernel.Source(source, ref d, Instruction.OperandsMax - 1, from, row);
        }

        kernel.Emit(source, d);
    }
}
