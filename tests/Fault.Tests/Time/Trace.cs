namespace Preble.Fault.Tests.Time;

/// <summary>What happened, as a number that two equal runs share, and the last of it as text.</summary>
/// <param name="clock">Of the run.</param>
internal sealed class Trace(VirtualClock clock)
{
    private const int LinesMax = 400;
    private const int DetailsMax = 100_000;

    private readonly Queue<string> _lines = new();

    /// <summary>Of all that happened so far, in order.</summary>
    public ulong Hash { get; private set; } = 0xcbf29ce484222325;

    /// <summary>The last things that happened.</summary>
    public IEnumerable<string> Lines => _lines;

    /// <summary>Adds a step.</summary>
    public void Add(long value) => Hash = ((Hash ^ (ulong)value) * 0x100000001b3) + (Hash >> 47);

    /// <summary>Whether details are wanted, which are many.</summary>
    public bool IsDetailed { get; } = Environment.GetEnvironmentVariable("PREBLE_FAULT_DETAILS") == "1";

    /// <summary>Adds a line that says nothing new.</summary>
    public void Detail(string line)
    {
        _lines.Enqueue($"{clock.Now.TotalSeconds,9:F3} {line}");
        if (_lines.Count > (IsDetailed ? DetailsMax : LinesMax))
        {
            _lines.Dequeue();
        }
    }

    /// <summary>Adds something worth a line.</summary>
    public void Note(string line)
    {
        Add(clock.Now.Ticks);
        foreach (char letter in line)
        {
            Add(letter);
        }

        Detail(line);
    }
}
