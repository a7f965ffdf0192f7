using Preble.Emulator.Execution;
using Preble.Emulator.Ops;
using Preble.Emulator.Parsing;

namespace Preble.Emulator.Lowering;

/// <summary>lop3, whose last operand is a table, and dp4a.</summary>
internal static unsafe class WideLowering
{
    internal static void Lower(KernelLowering kernel, PtxInstruction source)
    {
        PtxOperand[] operands = source.Operands;
        bool logic = source.Opcode == "lop3.b32";
        if (operands.Length != (logic ? 5 : 4) || (logic && operands[4] is not { Kind: PtxOperandKind.Integer, Integer: >= 0 and <= 255 }))
        {
            throw new PtxException(source.Line, $"{source}: other operands are expected");
        }

        Instruction d = KernelLowering.Begin(source);
        d.Immediate = logic ? operands[4].Integer : 0;
        d.Run = source.Opcode switch
        {
            "lop3.b32" => &WideOps.Logic,
            "dp4a.u32.u32" => &Map3<uint, uint, uint, uint, WideOps.Dot<byte, byte>>.Run,
            "dp4a.s32.s32" => &Map3<uint, uint, uint, uint, WideOps.Dot<sbyte, sbyte>>.Run,
            "dp4a.u32.s32" => &Map3<uint, uint, uint, uint, WideOps.Dot<byte, sbyte>>.Run,
            "dp4a.s32.u32" => &Map3<uint, uint, uint, uint, WideOps.Dot<sbyte, byte>>.Run,
            _ => throw new PtxException(source.Line, $"unknown instruction '{source}'"),
        };
        kernel.Target(source, ref d, 0, operands[0], 'w');
        for (int i = 1; i < 4; i++)
        {
            kernel.Source(source, ref d, i, operands[i], 'w');
        }

        kernel.Emit(source, d);
    }
}
