using Preble.Emulator.Execution;
using Preble.Emulator.Parsing;

namespace Preble.Emulator.Lowering;

/// <summary>Makes instructions that run of those that were read. Registers are numbered until <see cref="RegisterAllocation"/> places them.</summary>
internal sealed unsafe class KernelLowering
{
    private readonly PtxKernel _kernel;
    private readonly KernelLayout _layout;
    private readonly ConstantRows _constants;
    private readonly List<Instruction> _code = [];
    private readonly List<PtxInstruction> _source = [];
    private readonly List<uint> _writes = [];
    private readonly List<int[]> _tables = [];
    private readonly List<int> _starts = [];
    private int _sharedShift = 4;
    private uint _written;

    private KernelLowering(PtxKernel kernel)
    {
        _kernel = kernel;
        _layout = new KernelLayout(kernel);
        _constants = new ConstantRows(kernel.Parameters);
    }

    /// <exception cref="PtxException">An instruction that is not known, or operands that it does not take.</exception>
    internal static KernelCode Lower(PtxKernel kernel)
    {
        var lowering = new KernelLowering(kernel);
        return lowering.Run();
    }

    /// <summary>Notes that shared memory may be accessed in pieces of so many bytes.</summary>
    internal void NoteShared(PtxSpace space, int bytes)
    {
        if (space is PtxSpace.Shared or PtxSpace.Generic)
        {
            _sharedShift = Math.Min(_sharedShift, int.Log2(bytes));
        }
    }

    /// <summary>Number of the instruction that a label stands before; resolved when all are lowered.</summary>
    internal int Label(PtxInstruction source, string name) =>
        source.Scope.Label(name) ?? throw new PtxException(source.Line, $"no label '{name}'");

    /// <summary>Number of a new table of branch targets.</summary>
    internal int AddTable(int[] targets)
    {
        _tables.Add(targets);
        return _tables.Count - 1;
    }

    /// <summary>The address that a variable's name stands for.</summary>
    internal ulong Address(PtxVariable variable) => _layout.Address(variable);

    internal int Constant(ulong bits, bool wide) => _constants.Place(bits, wide);

    /// <summary>The register that an operand names.</summary>
    internal static PtxRegister Register(PtxInstruction source, PtxOperand operand) =>
        (operand.Kind == PtxOperandKind.Name ? source.Scope.Register(operand.Name) : null)
        ?? throw new PtxException(source.Line, $"{source}: '{operand.Name}' is not a register");

    /// <summary>Operand that is written; <c>_</c> gives -1.</summary>
    internal int Target(PtxInstruction source, ref Instruction d, int slot, PtxOperand operand, char letter)
    {
        if (operand is { Kind: PtxOperandKind.Name, Name: "_" })
        {
            return d.Operand[slot] = -1;
        }

        PtxRegister register = Register(source, operand);
        CheckWidth(source, register, letter);
        _written |= 1u << slot;
        return d.Operand[slot] = register.Index;
    }

    /// <summary>Operand that is read.</summary>
    internal void Source(PtxInstruction source, ref Instruction d, int slot, PtxOperand operand, char letter)
    {
        if (operand.Kind == PtxOperandKind.Name && source.Scope.Register(operand.Name) is PtxRegister register)
        {
            CheckWidth(source, register, letter);
            d.SourceFlip = operand.Negated ? uint.MaxValue : d.SourceFlip;
            d.Operand[slot] = register.Index;
            return;
        }

        d.Operand[slot] = Constant(NumberBits.Of(source, operand, letter), letter is 'q' or 'd');
    }

    /// <summary>Adds an instruction.</summary>
    internal void Emit(PtxInstruction source, Instruction d)
    {
        d.Index = _code.Count;
        d.Line = source.Line;
        _code.Add(d);
        _source.Add(source);
        _writes.Add(_written);
        _written = 0;
    }

    /// <summary>An instruction with its guard and no operands yet.</summary>
    internal static Instruction Begin(PtxInstruction source)
    {
        Instruction d = default;
        for (int i = 0; i < Instruction.OperandsMax; i++)
        {
            d.Operand[i] = -1;
        }

        d.Guard = -1;
        if (source.Guard != null)
        {
            PtxRegister guard = source.Scope.Register(source.Guard) ?? throw new PtxException(source.Line, $"'{source.Guard}' is not a register");
            CheckWidth(source, guard, 'p');
            d.Guard = guard.Index;
            d.GuardFlip = source.GuardNegated ? uint.MaxValue : 0;
        }

        return d;
    }

    private static void CheckWidth(PtxInstruction source, PtxRegister register, char letter)
    {
        bool fits = letter switch
        {
            'p' => register.Type.Letter == 'p',
            'h' => register.Type.Bits == 16,
            'q' or 'd' => register.Type.Bits == 64,
            'x' => register.Type.Bits is 16 or 32,
            _ => register.Type.Bits == 32,
        };
        if (!fits)
        {
            throw new PtxException(source.Line, $"{source}: register '{register.Name}' of type {register.Type} does not fit");
        }
    }

    private KernelCode Run()
    {
        foreach (PtxInstruction source in _kernel.Code)
        {
            _starts.Add(_code.Count);
            InstructionLowering.Lower(this, source);
        }

        // A kernel's end is a return.
        _starts.Add(_code.Count);
        var end = new PtxInstruction("ret", null, false, [], new PtxScope(null), _kernel.Code.Count == 0 ? _kernel.Line : _kernel.Code[^1].Line);
        InstructionLowering.Lower(this, end);
        Instruction[] code = GC.AllocateArray<Instruction>(_code.Count, true);
        for (int i = 0; i < code.Length; i++)
        {
            code[i] = _code[i];
            code[i].Target = code[i].Flow == Flow.Branch ? _starts[code[i].Target] : code[i].Target;
        }

        int[][] tables = [.. _tables.Select(table => table.Select(target => _starts[target]).ToArray())];
        var registers = new RegisterAllocation(code, _writes, tables, _kernel.Registers);
        registers.Apply();
        return new KernelCode
        {
            Name = _kernel.Name,
            Instructions = code,
            Source = _source,
            Tables = tables,
            RegisterBytes = registers.Bytes,
            Constants = _constants.ToBytes(),
            Parameters = _kernel.Parameters,
            StaticSharedBytes = _layout.StaticSharedBytes,
            DynamicSharedStart = _layout.DynamicSharedStart,
            LocalBytes = _layout.LocalBytes,
            ThreadsMax = _kernel.ThreadsMax,
            RegistersMax = registers.WordsMax,
            SharedShift = _sharedShift,
        };
    }
}
