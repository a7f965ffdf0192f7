using Preble.Emulator.Execution;

namespace Preble.Emulator.Lowering;

/// <summary>All opcodes that need no more than their operands' rows, by their full names.</summary>
internal sealed unsafe class OperationTable
{
    private readonly Dictionary<string, Operation> _operations = [];

    private OperationTable()
    {
        IntegerTable.AddTo(this);
        BitTable.AddTo(this);
        FloatTable.AddTo(this);
        CompareTable.AddTo(this);
        ConvertTable.AddTo(this);
        WarpTable.AddTo(this);
    }

    internal static OperationTable All { get; } = new();

    internal Operation? Find(string opcode) => _operations.GetValueOrDefault(opcode);

    /// <summary>Adds an opcode; {a|b|} in its name stands for each of the alternatives.</summary>
    internal void Add(string name, delegate*<Warp, Instruction*, uint, void> run, string signature, Flow flow = Flow.Next, long immediate = 0)
    {
        var operation = new Operation(run, signature, flow, immediate);
        foreach (string opcode in Expand(name))
        {
            _operations.Add(opcode, operation);
        }
    }

    private static IEnumerable<string> Expand(string name)
    {
        int open = name.IndexOf('{');
        if (open < 0)
        {
            return [name];
        }

        int close = name.IndexOf('}');
        return name[(open + 1)..close].Split('|').SelectMany(choice => Expand(name[..open] + choice + name[(close + 1)..]));
    }
}
