using Preble.Emulator.Execution;
using Preble.Emulator.Ops;
using Preble.Emulator.Parsing;

namespace Preble.Emulator.Lowering;

/// <summary>What runs an access, by the type in memory and the width of the registers.</summary>
internal static unsafe class AccessRuns
{
    internal static delegate*<Warp, Instruction*, uint, void> Load(PtxType type, bool wide) => (type.Letter == 's', type.Bits, wide) switch
    {
        (true, 8, false) => &Load<sbyte, uint>.Run,
        (true, 16, false) => &Load<short, uint>.Run,
        (false, 8, false) => &Load<byte, uint>.Run,
        (false, 16, false) => &Load<ushort, uint>.Run,
        (_, 32, false) => &Load<uint, uint>.Run,
        (true, 8, true) => &Load<sbyte, ulong>.Run,
        (true, 16, true) => &Load<short, ulong>.Run,
        (true, 32, true) => &Load<int, ulong>.Run,
        (false, 8, true) => &Load<byte, ulong>.Run,
        (false, 16, true) => &Load<ushort, ulong>.Run,
        (false, 32, true) => &Load<uint, ulong>.Run,
        _ => &Load<ulong, ulong>.Run,
    };

    internal static delegate*<Warp, Instruction*, uint, void> Store(PtxType type, bool wide) => (type.Bits, wide) switch
    {
        (8, false) => &Store<byte, uint>.Run,
        (16, false) => &Store<ushort, uint>.Run,
        (32, false) => &Store<uint, uint>.Run,
        (8, true) => &Store<byte, ulong>.Run,
        (16, true) => &Store<ushort, ulong>.Run,
        (32, true) => &Store<uint, ulong>.Run,
        _ => &Store<ulong, ulong>.Run,
    };

    internal static delegate*<Warp, Instruction*, uint, void> Argument(PtxType type, bool wide) => (type.Letter == 's', type.Bits, wide) switch
    {
        (true, 8, false) => &MoveOps.Argument<sbyte, uint>,
        (true, 16, false) => &MoveOps.Argument<short, uint>,
        (false, 8, false) => &MoveOps.Argument<byte, uint>,
        (false, 16, false) => &MoveOps.Argument<ushort, uint>,
        (_, 32, false) => &MoveOps.Argument<uint, uint>,
        (true, 8, true) => &MoveOps.Argument<sbyte, ulong>,
        (true, 16, true) => &MoveOps.Argument<short, ulong>,
        (true, 32, true) => &MoveOps.Argument<int, ulong>,
        (false, 8, true) => &MoveOps.Argument<byte, ulong>,
        (false, 16, true) => &MoveOps.Argument<ushort, ulong>,
        (false, 32, true) => &MoveOps.Argument<uint, ulong>,
        _ => &MoveOps.Argument<ulong, ulong>,
    };
}
