namespace Preble.Emulator.Parsing;

/// <summary>What names mean between two braces; unknown ones are asked of the scope around.</summary>
internal sealed class PtxScope(PtxScope? parent)
{
    private readonly Dictionary<string, PtxRegister> _registers = [];
    private readonly Dictionary<string, PtxVariable> _variables = [];
    private readonly Dictionary<string, int> _labels = [];
    private readonly Dictionary<string, string[]> _tables = [];

    internal PtxScope? Parent => parent;

    internal void Add(PtxRegister register, int line) => AddTo(_registers, register.Name, register, line);

    internal void Add(PtxVariable variable) => AddTo(_variables, variable.Name, variable, variable.Line);

    /// <summary>Names the instruction of that number.</summary>
    internal void AddLabel(string name, int instruction, int line) => AddTo(_labels, name, instruction, line);

    /// <summary>Names a list of labels for an indexed branch.</summary>
    internal void AddTable(string name, string[] labels, int line) => AddTo(_tables, name, labels, line);

    internal PtxRegister? Register(string name) => _registers.GetValueOrDefault(name) ?? parent?.Register(name);

    internal PtxVariable? Variable(string name) => _variables.GetValueOrDefault(name) ?? parent?.Variable(name);

    internal int? Label(string name) => _labels.TryGetValue(name, out int at) ? at : parent?.Label(name);

    internal string[]? Table(string name) => _tables.GetValueOrDefault(name) ?? parent?.Table(name);

    private static void AddTo<T>(Dictionary<string, T> names, string name, T value, int line)
    {
        if (!names.TryAdd(name, value))
        {
            throw new PtxException(line, $"'{name}' is declared twice");
        }
    }
}
