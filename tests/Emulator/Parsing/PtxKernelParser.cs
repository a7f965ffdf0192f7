namespace Preble.Emulator.Parsing;

/// <summary>Reads an entry: parameters, declarations, instructions.</summary>
/// <param name="reader">After the word <c>.entry</c>.</param>
/// <param name="parent">The module's names.</param>
internal sealed class PtxKernelParser(PtxReader reader, PtxScope parent)
{
    private readonly List<PtxVariable> _parameters = [];
    private readonly List<PtxRegister> _registers = [];
    private readonly List<PtxVariable> _variables = [];
    private readonly List<PtxInstruction> _code = [];
    private PtxScope _scope = new(parent);

    internal PtxKernel Read(int line)
    {
        string name = reader.Word();
        if (reader.Accept("("))
        {
            ReadParameters();
        }

        int threadsMax = 1024;
        while (!reader.Is("{"))
        {
            string directive = reader.Word();
            int product = 1;
            while (reader.Next.Kind == PtxTokenKind.Number)
            {
                product *= reader.Integer();
                reader.Accept(",");
            }

            threadsMax = directive switch
            {
                ".maxntid" or ".reqntid" => product,
                ".minnctapersm" or ".maxnctapersm" or ".maxnreg" or ".noreturn" => threadsMax,
                _ => throw new PtxException(reader.Line, $"unknown directive '{directive}'"),
            };
        }

        ReadBlock();
        return new PtxKernel(name, line, _parameters, _registers, _variables, _code, threadsMax);
    }

    private void ReadParameters()
    {
        ulong offset = 0;
        while (!reader.Accept(")"))
        {
            reader.Expect(".param");
            PtxVariable parameter = PtxVariableParser.Read(reader, PtxSpace.Param);
            offset = (offset + (ulong)parameter.Align - 1) / (ulong)parameter.Align * (ulong)parameter.Align;
            parameter.Address = offset;
            offset += (ulong)parameter.Bytes;
            _parameters.Add(parameter);
            _scope.Add(parameter);
            reader.Accept(",");
        }
    }

    private void ReadBlock()
    {
        reader.Expect("{");
        while (!reader.Accept("}"))
        {
            ReadStatement();
        }
    }

    private void ReadStatement()
    {
        if (reader.Accept(";"))
        {
            return;
        }

        if (reader.Is("{"))
        {
            PtxScope outer = _scope;
            _scope = new PtxScope(outer);
            ReadBlock();
            _scope = outer;
            return;
        }

        if (reader.After.Text == ":" && reader.Next.Kind == PtxTokenKind.Word)
        {
            ReadLabel();
            return;
        }

        switch (reader.Next.Text)
        {
            case ".reg":
                ReadRegisters();
                break;
            case ".shared" or ".local":
                PtxSpace space = reader.Word() == ".shared" ? PtxSpace.Shared : PtxSpace.Local;
                PtxVariable variable = PtxVariableParser.Read(reader, space);
                reader.Expect(";");
                _variables.Add(variable);
                _scope.Add(variable);
                break;
            case ".loc" or ".pragma":
                reader.SkipLine();
                break;
            default:
                ReadInstruction();
                break;
        }
    }

    private void ReadLabel()
    {
        int line = reader.Line;
        string name = reader.Word();
        reader.Expect(":");
        if (!reader.Accept(".branchtargets"))
        {
            _scope.AddLabel(name, _code.Count, line);
            return;
        }

        var targets = new List<string>();
        do
        {
            targets.Add(reader.Word());
        }
        while (reader.Accept(","));
        reader.Expect(";");
        _scope.AddTable(name, [.. targets], line);
    }

    private void ReadRegisters()
    {
        int line = reader.Line;
        reader.Expect(".reg");
        string word = reader.Word();
        if (!PtxType.TryParse(word, out PtxType type))
        {
            throw new PtxException(line, $"unknown type '{word}'");
        }

        do
        {
            string name = reader.Word();
            if (!reader.Accept("<"))
            {
                Declare(name, type, line);
                continue;
            }

            int count = reader.Integer();
            reader.Expect(">");
            for (int i = 0; i < count; i++)
            {
                Declare($"{name}{i}", type, line);
            }
        }
        while (reader.Accept(","));
        reader.Expect(";");
    }

    private void Declare(string name, PtxType type, int line)
    {
        var register = new PtxRegister(name, type, _registers.Count);
        _scope.Add(register, line);
        _registers.Add(register);
    }

    private void ReadInstruction()
    {
        int line = reader.Line;
        string? guard = null;
        bool negated = false;
        if (reader.Accept("@"))
        {
            negated = reader.Accept("!");
            guard = reader.Word();
        }

        string opcode = reader.Word();
        var operands = new List<PtxOperand>();
        while (!reader.Accept(";"))
        {
            operands.Add(ReadOperand());
            if (!reader.Is(";"))
            {
                reader.Expect(",");
            }
        }

        _code.Add(new PtxInstruction(opcode, guard, negated, [.. operands], _scope, line));
    }

    private PtxOperand ReadOperand()
    {
        if (reader.Accept("{"))
        {
            var items = new List<PtxOperand>();
            while (!reader.Accept("}"))
            {
                items.Add(ReadOperand());
                reader.Accept(",");
            }

            return new PtxOperand(PtxOperandKind.Vector, Items: [.. items]);
        }

        if (reader.Accept("["))
        {
            string name = reader.Next.Kind == PtxTokenKind.Word ? reader.Word() : "";
            long offset = name.Length == 0 ? reader.Number().Integer : 0;
            if (name.Length != 0 && (reader.Accept("+") || reader.Is("-")))
            {
                offset = reader.Number().Integer;
            }

            reader.Expect("]");
            return new PtxOperand(PtxOperandKind.Address, name, offset);
        }

        if (reader.Next.Kind == PtxTokenKind.Number || reader.Is("-"))
        {
            return reader.Number();
        }

        bool negated = reader.Accept("!");
        string word = reader.Word();
        long plus = reader.Accept("+") ? reader.Number().Integer : 0;
        var operand = new PtxOperand(PtxOperandKind.Name, word, plus, Negated: negated);
        return reader.Accept("|") ? new PtxOperand(PtxOperandKind.Pair, Items: [operand, ReadOperand()]) : operand;
    }
}
