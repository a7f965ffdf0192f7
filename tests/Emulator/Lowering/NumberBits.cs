using Preble.Emulator.Parsing;

namespace Preble.Emulator.Lowering;

/// <summary>The bits of a number in the code, as an operand of a certain kind.</summary>
internal static class NumberBits
{
    internal static ulong Of(PtxInstruction source, PtxOperand operand, char letter) => (operand.Kind, letter) switch
    {
        (PtxOperandKind.Integer, 'h') => (ushort)operand.Integer,
        (PtxOperandKind.Integer, 'w' or 'x' or 'm') => (uint)operand.Integer,
        (PtxOperandKind.Integer, 'q') => (ulong)operand.Integer,
        (PtxOperandKind.Integer, 'p') => operand.Integer == 0 ? 0 : uint.MaxValue,
        (PtxOperandKind.Integer, 'f') => (uint)operand.Integer,
        (PtxOperandKind.Float, 'f' or 'w') => operand.FloatBits ?? BitConverter.SingleToUInt32Bits((float)operand.Float),
        (PtxOperandKind.Float, 'd' or 'q') => BitConverter.DoubleToUInt64Bits(operand.Float),
        (PtxOperandKind.Name, _) => throw new PtxException(source.Line, $"{source}: nothing is named '{operand.Name}'"),
        _ => throw new PtxException(source.Line, $"{source}: an operand of the wrong kind"),
    };
}
