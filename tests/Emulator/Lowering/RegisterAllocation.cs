using System.Collections;
using Preble.Emulator.Execution;
using Preble.Emulator.Parsing;

namespace Preble.Emulator.Lowering;

/// <summary>
/// Gives registers their places. Those that are never needed at the same time share one, as a compiler would do it, so that a warp's registers fit the
/// host's cache. What a thread needs is decided for a single thread: writes never touch the lanes of others.
/// </summary>
internal sealed unsafe class RegisterAllocation
{
    private const int PredicateBytes = 4;
    private const int Align = 64;

    private readonly Instruction[] _code;
    private readonly IReadOnlyList<uint> _writes;
    private readonly int[][] _tables;
    private readonly IReadOnlyList<PtxRegister> _registers;
    private readonly int[] _first;
    private readonly int[] _last;

    /// <param name="code">With numbers of registers as operands.</param>
    /// <param name="writes">By instruction, a bit for each operand that is written.</param>
    /// <param name="tables">Targets of indexed branches.</param>
    /// <param name="registers">By number.</param>
    internal RegisterAllocation(Instruction[] code, IReadOnlyList<uint> writes, int[][] tables, IReadOnlyList<PtxRegister> registers)
    {
        _code = code;
        _writes = writes;
        _tables = tables;
        _registers = registers;
        _first = new int[registers.Count];
        _last = new int[registers.Count];
        Array.Fill(_first, int.MaxValue);
        Array.Fill(_last, -1);
    }

    /// <summary>Size of a warp's registers.</summary>
    internal int Bytes { get; private set; }

    /// <summary>32-bit words that a thread needs at most at a time, predicates left out.</summary>
    internal int WordsMax { get; private set; }

    /// <summary>Puts places for numbers.</summary>
    internal void Apply()
    {
        FindRanges();
        int[] places = Place();
        for (int i = 0; i < _code.Length; i++)
        {
            ref Instruction d = ref _code[i];
            d.Guard = d.Guard >= 0 ? places[d.Guard] : d.Guard;
            for (int slot = 0; slot < Instruction.OperandsMax; slot++)
            {
                d.Operand[slot] = d.Operand[slot] >= 0 ? places[d.Operand[slot]] : d.Operand[slot];
            }
        }
    }

    // A register's range reaches from the first to the last instruction at which it is alive; what lies between counts as used.
    private void FindRanges()
    {
        List<(int Start, int End)> blocks = Blocks();
        var atStart = blocks.ToDictionary(block => block.Start, _ => new BitArray(_registers.Count));
        bool changed = true;
        while (changed)
        {
            changed = false;
            for (int b = blocks.Count - 1; b >= 0; b--)
            {
                var live = new BitArray(_registers.Count);
                foreach (int next in Successors(blocks[b].End))
                {
                    live.Or(atStart[next]);
                }

                Note(live, blocks[b].End);
                for (int i = blocks[b].End; i >= blocks[b].Start; i--)
                {
                    Step(i, live);
                }

                Note(live, blocks[b].Start);
                BitArray before = atStart[blocks[b].Start];
                var difference = new BitArray(live);
                if (difference.Xor(before).HasAnySet())
                {
                    before.SetAll(false);
                    before.Or(live);
                    changed = true;
                }
            }
        }

        foreach ((int start, int end) in blocks)
        {
            CountWords(start, end, atStart);
        }
    }

    private void CountWords(int start, int end, Dictionary<int, BitArray> atStart)
    {
        var live = new BitArray(_registers.Count);
        foreach (int next in Successors(end))
        {
            live.Or(atStart[next]);
        }

        int words = _registers.Sum(register => live[register.Index] ? Words(register) : 0);
        WordsMax = Math.Max(WordsMax, words);
        for (int i = end; i >= start; i--)
        {
            WordsMax = Math.Max(WordsMax, words + Unread(i, live));
            words += Step(i, live);
            WordsMax = Math.Max(WordsMax, words);
        }
    }

    // Words of results that nobody reads: written all the same.
    private int Unread(int i, BitArray live)
    {
        int words = 0;
        for (int slot = 0; slot < Instruction.OperandsMax; slot++)
        {
            int register = _code[i].Operand[slot];
            words += register >= 0 && (_writes[i] >> slot & 1) != 0 && !live[register] ? Words(_registers[register]) : 0;
        }

        return words;
    }

    private void Note(BitArray live, int at)
    {
        for (int r = 0; r < live.Count; r++)
        {
            if (live[r])
            {
                Touch(r, at);
            }
        }
    }

    private void Touch(int register, int at)
    {
        _first[register] = Math.Min(_first[register], at);
        _last[register] = Math.Max(_last[register], at);
    }

    // From what is alive behind an instruction to what is alive before it; returns by how many words that is more.
    private int Step(int i, BitArray live)
    {
        ref Instruction d = ref _code[i];
        int more = 0;
        for (int pass = 0; pass < 2; pass++)
        {
            for (int slot = 0; slot < Instruction.OperandsMax; slot++)
            {
                int register = d.Operand[slot];
                bool written = (_writes[i] >> slot & 1) != 0;
                if (register >= 0 && written == (pass == 0))
                {
                    Touch(register, i);
                    bool before = !written || (d.Guard >= 0 && live[register]);
                    more += before == live[register] ? 0 : before ? Words(_registers[register]) : -Words(_registers[register]);
                    live[register] = before;
                }
            }
        }

        if (d.Guard >= 0)
        {
            Touch(d.Guard, i);
            live[d.Guard] = true;
        }

        return more;
    }

    private List<(int Start, int End)> Blocks()
    {
        var starts = new SortedSet<int> { 0 };
        for (int i = 0; i < _code.Length; i++)
        {
            if (_code[i].Flow is Flow.Branch or Flow.BranchIndexed or Flow.Exit or Flow.Trap)
            {
                starts.UnionWith(Successors(i));
                starts.Add(i + 1);
            }
        }

        int[] sorted = [.. starts.Where(start => start < _code.Length)];
        return [.. sorted.Select((start, n) => (start, (n + 1 < sorted.Length ? sorted[n + 1] : _code.Length) - 1))];
    }

    private IEnumerable<int> Successors(int i)
    {
        Instruction d = _code[i];
        IEnumerable<int> targets = d.Flow switch
        {
            Flow.Branch => [d.Target],
            Flow.BranchIndexed => _tables[d.Target],
            _ => [],
        };
        bool goesOn = d.Guard >= 0 || d.Flow is not (Flow.Branch or Flow.BranchIndexed or Flow.Exit or Flow.Trap);
        return goesOn && i + 1 < _code.Length ? targets.Append(i + 1) : targets;
    }

    private int[] Place()
    {
        int[] places = new int[_registers.Count];
        int end = 0;
        foreach (int bytes in new[] { 256, 128, PredicateBytes })
        {
            var free = new PriorityQueue<int, int>();
            var busy = new PriorityQueue<int, int>();
            foreach (PtxRegister register in _registers.Where(register => RowBytes(register) == bytes && _last[register.Index] >= 0).OrderBy(register => _first[register.Index]))
            {
                while (busy.TryPeek(out int done, out int until) && until < _first[register.Index])
                {
                    busy.Dequeue();
                    free.Enqueue(done, done);
                }

                if (!free.TryDequeue(out int place, out _))
                {
                    place = end;
                    end += bytes;
                }

                places[register.Index] = place;
                busy.Enqueue(place, _last[register.Index]);
            }
        }

        Bytes = (Math.Max(end, 1) + Align - 1) / Align * Align;
        return places;
    }

    private static int Words(PtxRegister register) => RowBytes(register) / 128;

    private static int RowBytes(PtxRegister register) => register.Type switch
    {
        { Letter: 'p' } => PredicateBytes,
        { Bits: 64 } => 256,
        _ => 128,
    };
}
