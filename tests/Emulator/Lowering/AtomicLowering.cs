using Preble.Emulator.Execution;
using Preble.Emulator.Ops;
using Preble.Emulator.Parsing;
using static Preble.Emulator.Ops.Updates;

namespace Preble.Emulator.Lowering;

/// <summary>atom and red: {.sem}{.scope}{.space}.op.type d, [a], b{, c}</summary>
internal static unsafe class AtomicLowering
{
    private static readonly string[] Ignored = ["relaxed", "gpu", "sys", "noftz"];

    internal static void Lower(KernelLowering kernel, PtxInstruction source)
    {
        string[] parts = source.Opcode.Split('.');
        bool result = parts[0] == "atom";
        PtxSpace space = PtxSpace.Generic;
        string operation = "";
        PtxType type = default;
        MemoryOrder order = MemoryOrder.Relaxed;
        foreach (string part in parts.Skip(1))
        {
            if (MemoryLowering.TrySpace(part, out PtxSpace named))
            {
                space = named;
            }
            else if (Order(part) is MemoryOrder known and not MemoryOrder.Relaxed)
            {
                order |= known;
            }
            else if (!PtxType.TryParse(part, out type) && !Ignored.Contains(part))
            {
                operation = operation.Length == 0 ? part : throw new PtxException(source.Line, $"unknown instruction '{source}'");
            }
        }

        delegate*<Warp, Instruction*, uint, void> run = Run(operation, type);
        int values = operation == "cas" ? 2 : 1;
        if (run == null || source.Operands.Length != values + (result ? 2 : 1))
        {
            throw new PtxException(source.Line, $"unknown instruction '{source}'");
        }

        char letter = type switch { { Letter: 'f', Bits: 32 } => 'f', { Letter: 'f' } => 'd', { Bits: 64 } => 'q', _ => 'w' };
        Instruction d = KernelLowering.Begin(source);
        d.Run = run;
        d.Shape.ElementBytes = (byte)type.Bytes;
        d.Shape.Elements = 1;
        d.Shape.Order = order;
        int at = 0;
        if (result)
        {
            d.Target = kernel.Target(source, ref d, 0, source.Operands[at++], letter) == -1 ? 0 : 1;
        }

        MemoryLowering.LowerAddress(kernel, source, ref d, source.Operands[at++], space, Addressing.Operand);
        kernel.Source(source, ref d, 1, source.Operands[at], letter);
        kernel.Source(source, ref d, 2, source.Operands[at + values - 1], letter);
        kernel.NoteShared(space, type.Bytes);
        kernel.Emit(source, d);
    }

    private static MemoryOrder Order(string part) => part switch
    {
        "acquire" => MemoryOrder.Acquire,
        "release" => MemoryOrder.Release,
        "acq_rel" => MemoryOrder.Acquire | MemoryOrder.Release,
        "cta" or "cluster" => MemoryOrder.OneBlock,
        _ => MemoryOrder.Relaxed,
    };

    private static delegate*<Warp, Instruction*, uint, void> Run(string operation, PtxType type) => (operation, type.Letter, type.Bits) switch
    {
        ("add", 'u' or 's', 32) => &AtomicUpdate<uint, Add<uint>>.Run,
        ("add", 'u' or 's', 64) => &AtomicUpdate<ulong, Add<ulong>>.Run,
        ("add", 'f', 32) => &AtomicUpdate<float, Add<float>>.Run,
        ("add", 'f', 64) => &AtomicUpdate<double, Add<double>>.Run,
        ("min", 'u', 32) => &AtomicUpdate<uint, Min<uint>>.Run,
        ("min", 's', 32) => &AtomicUpdate<int, Min<int>>.Run,
        ("min", 'u', 64) => &AtomicUpdate<ulong, Min<ulong>>.Run,
        ("min", 's', 64) => &AtomicUpdate<long, Min<long>>.Run,
        ("max", 'u', 32) => &AtomicUpdate<uint, Max<uint>>.Run,
        ("max", 's', 32) => &AtomicUpdate<int, Max<int>>.Run,
        ("max", 'u', 64) => &AtomicUpdate<ulong, Max<ulong>>.Run,
        ("max", 's', 64) => &AtomicUpdate<long, Max<long>>.Run,
        ("and", 'b', 32) => &AtomicUpdate<uint, And<uint>>.Run,
        ("and", 'b', 64) => &AtomicUpdate<ulong, And<ulong>>.Run,
        ("or", 'b', 32) => &AtomicUpdate<uint, Or<uint>>.Run,
        ("or", 'b', 64) => &AtomicUpdate<ulong, Or<ulong>>.Run,
        ("xor", 'b', 32) => &AtomicUpdate<uint, Xor<uint>>.Run,
        ("xor", 'b', 64) => &AtomicUpdate<ulong, Xor<ulong>>.Run,
        ("exch", 'b', 32) => &AtomicUpdate<uint, Exchange<uint>>.Run,
        ("exch", 'b', 64) => &AtomicUpdate<ulong, Exchange<ulong>>.Run,
        ("cas", 'b', 32) => &AtomicUpdate<uint, CompareAndSwap<uint>>.Run,
        ("cas", 'b', 64) => &AtomicUpdate<ulong, CompareAndSwap<ulong>>.Run,
        ("inc", 'u', 32) => &AtomicUpdate<uint, Increment>.Run,
        ("dec", 'u', 32) => &AtomicUpdate<uint, Decrement>.Run,
        _ => null,
    };
}
