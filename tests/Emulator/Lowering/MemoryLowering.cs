using Preble.Emulator.Execution;
using Preble.Emulator.Ops;
using Preble.Emulator.Parsing;

namespace Preble.Emulator.Lowering;

/// <summary>ld, st, ldmatrix, stmatrix.</summary>
internal static unsafe class MemoryLowering
{
    private static readonly string[] Ignored =
    [
        "weak", "volatile", "relaxed", "acquire", "release", "cta", "cluster", "gpu", "sys", "ca", "cg", "cs", "lu", "cv", "wb", "wt", "nc",
        "L1::evict_normal", "L1::evict_unchanged", "L1::evict_first", "L1::evict_last", "L1::no_allocate", "L2::64B", "L2::128B", "L2::256B",
    ];

    internal static void LowerAccess(KernelLowering kernel, PtxInstruction source)
    {
        string[] parts = source.Opcode.Split('.');
        PtxSpace space = PtxSpace.Generic;
        int elements = 1;
        PtxType type = default;
        foreach (string part in parts.Skip(1))
        {
            if (part is "v2" or "v4" or "v8")
            {
                elements = part[1] - '0';
            }
            else if (TrySpace(part, out PtxSpace named))
            {
                space = named;
            }
            else if (!PtxType.TryParse(part, out type) && !Ignored.Contains(part))
            {
                throw new PtxException(source.Line, $"unknown instruction '{source}': '{part}'");
            }
        }

        bool load = parts[0] != "st";
        if (type.Bits is not (8 or 16 or 32 or 64) || source.Operands.Length != 2 || source.Operands[load ? 1 : 0].Kind != PtxOperandKind.Address)
        {
            throw new PtxException(source.Line, $"{source}: a type and an address are expected");
        }

        PtxOperand[] values = source.Operands[load ? 0 : 1].Parts;
        if (values.Length != elements)
        {
            throw new PtxException(source.Line, $"{source}: {values.Length} values");
        }

        Instruction d = KernelLowering.Begin(source);
        d.Shape.ElementBytes = (byte)type.Bytes;
        d.Shape.Elements = (byte)elements;
        bool wide = false;
        for (int i = 0; i < elements; i++)
        {
            char letter = Letter(source, values[i], type);
            wide |= letter is 'q' or 'd';
            if (load)
            {
                kernel.Target(source, ref d, i, values[i], letter);
            }
            else
            {
                kernel.Source(source, ref d, i, values[i], letter);
            }
        }

        if (space == PtxSpace.Param)
        {
            LowerParameter(kernel, source, ref d, type, wide);
        }
        else
        {
            d.Run = load ? AccessRuns.Load(type, wide) : AccessRuns.Store(type, wide);
            LowerAddress(kernel, source, ref d, source.Operands[load ? 1 : 0], space, Addressing.Operand);
            kernel.NoteShared(space, type.Bytes * elements);
        }

        kernel.Emit(source, d);
        if (load && type.Letter == 's' && type.Bits == 8 && KernelLowering.Register(source, values[0]).Type.Bits == 16)
        {
            MoveLowering.Cut(kernel, source, values[0]);
        }
    }

    /// <summary>Puts an address: a register or a variable's name, plus a number.</summary>
    internal static void LowerAddress(KernelLowering kernel, PtxInstruction source, ref Instruction d, PtxOperand address, PtxSpace space, int slot)
    {
        d.Shape.Space = space is PtxSpace.Const ? PtxSpace.Global : space;
        d.Immediate = address.Integer;
        if (address.Name.Length != 0 && source.Scope.Register(address.Name) is PtxRegister register)
        {
            d.Shape.WideAddress = register.Type.Bits == 64;
            kernel.Source(source, ref d, slot, new PtxOperand(PtxOperandKind.Name, address.Name), d.Shape.WideAddress ? 'q' : 'w');
            return;
        }

        ulong start = 0;
        if (address.Name.Length != 0)
        {
            PtxVariable variable = source.Scope.Variable(address.Name) ?? throw new PtxException(source.Line, $"{source}: nothing is named '{address.Name}'");
            start = kernel.Address(variable);
        }

        d.Shape.WideAddress = true;
        d.Operand[slot] = kernel.Constant(start, true);
    }

    // ldmatrix.sync.aligned.m8n8.x4{.trans}{.shared}.b16 {...}, [a]
    internal static void LowerMatrix(KernelLowering kernel, PtxInstruction source)
    {
        string opcode = source.Opcode.Replace(".shared::cta", ".shared", StringComparison.Ordinal);
        string[] parts = opcode.Split('.');
        bool load = parts[0] == "ldmatrix";
        bool transposed = parts.Contains("trans");
        bool known = opcode.StartsWith($"{parts[0]}.sync.aligned.m8n8.x", StringComparison.Ordinal) && opcode.EndsWith(".b16", StringComparison.Ordinal)
            && parts.Length == 6 + (transposed ? 1 : 0) + (parts.Contains("shared") ? 1 : 0) && parts[4] is "x1" or "x2" or "x4";
        if (!known || source.Operands.Length != 2)
        {
            throw new PtxException(source.Line, $"unknown instruction '{source}'");
        }

        int matrices = parts[4][1] - '0';
        PtxOperand[] values = source.Operands[load ? 0 : 1].Parts;
        if (values.Length != matrices)
        {
            throw new PtxException(source.Line, $"{source}: {values.Length} registers");
        }

        Instruction d = KernelLowering.Begin(source);
        d.Run = load ? &MatrixLoad.Load : &MatrixLoad.Store;
        d.Flow = Flow.Warp;
        d.Target = transposed ? 1 : 0;
        d.Shape.Elements = (byte)matrices;
        for (int i = 0; i < matrices; i++)
        {
            if (load)
            {
                kernel.Target(source, ref d, i, values[i], 'w');
            }
            else
            {
                kernel.Source(source, ref d, i, values[i], 'w');
            }
        }

        LowerAddress(kernel, source, ref d, source.Operands[load ? 1 : 0], PtxSpace.Shared, Addressing.Operand);
        kernel.NoteShared(PtxSpace.Shared, 16);
        kernel.Emit(source, d);
    }

    internal static bool TrySpace(string word, out PtxSpace space)
    {
        space = word switch
        {
            "global" => PtxSpace.Global,
            "shared" or "shared::cta" => PtxSpace.Shared,
            "local" => PtxSpace.Local,
            "const" => PtxSpace.Const,
            "param" or "param::entry" => PtxSpace.Param,
            _ => PtxSpace.Register,
        };
        return space != PtxSpace.Register;
    }

    private static void LowerParameter(KernelLowering kernel, PtxInstruction source, ref Instruction d, PtxType type, bool wide)
    {
        PtxOperand address = source.Operands[1];
        PtxVariable? parameter = source.Scope.Variable(address.Name);
        if (parameter is not { Space: PtxSpace.Param } || source.Opcode.StartsWith("st", StringComparison.Ordinal)
            || address.Integer < 0 || address.Integer + (type.Bytes * d.Shape.Elements) > parameter.Bytes)
        {
            throw new PtxException(source.Line, $"{source}: a parameter of the kernel is expected");
        }

        d.Run = AccessRuns.Argument(type, wide);
        d.Immediate = (long)parameter.Address + address.Integer;
    }

    // Registers may be wider than what is loaded or stored.
    private static char Letter(PtxInstruction source, PtxOperand value, PtxType type)
    {
        PtxRegister? register = value.Kind == PtxOperandKind.Name ? source.Scope.Register(value.Name) : null;
        if (register == null)
        {
            return type switch { { Letter: 'f', Bits: 32 } => 'f', { Letter: 'f', Bits: 64 } => 'd', { Bits: 64 } => 'q', _ => 'w' };
        }

        int bits = register.Type.Bits;
        return bits < type.Bits || bits == 1 ? throw new PtxException(source.Line, $"{source}: register '{register.Name}' of type {register.Type} does not fit")
            : bits == 64 ? 'q' : bits == 32 ? 'w' : 'h';
    }
}
