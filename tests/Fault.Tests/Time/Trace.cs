namespace Preble.Fault.Tests.Time;

/// <summary>What happened, as a number that two equal runs share, and the last of it as text.</summary>
/// <param name="clock">Of the run.</param>
internal sealed class Trace(VirtualClock clock)
{
    private const int LinesMax = 400;

    private readonly Queue<string> _lines = new();

    /// <summary>Of all that happened so far, in order.</summary>
    public ulong Hash { get; private set; } = 0xcbf29ce484222325;

    /// <summary>The last things that happened.</summary>
    public IEnumerable<string> Lines => _lines;

    /// <summary>Adds a step.</summary>
    public void Add(long value) => Hash = ((Hash ^ (ulong)value) * 0x100000001b3) + (Hash >> 47);

    /// <summary>Adds something worth a line.</summary>
    public void Note(string line)
    {
        Add(clock.Now.Ticks);
        foreach (char letter in line)
        {
            Add(letter);
        }

        _lines.Enqueue($"{clock.Now.TotalSeconds,9:F3} {line}");
        if (_lines.Count > LinesMax)
        {
            _lines.Dequeue();
        }
    }
}
