using System.Text;

namespace Preble.Engine.Sampling;

/// <summary>
/// Finds stop strings in text that comes in pieces, and holds back what may still begin one. How the text was cut never matters. Of several, that
/// stop string counts whose occurrence ends first, and the longest of those that end together. One sequence, one thread.
/// </summary>
public sealed class StopMatcher
{
    private readonly IReadOnlyList<string> _stops;
    private readonly int[][] _borders;
    private readonly int[] _states;
    private readonly bool _includeStop;
    private readonly StringBuilder _held = new();

    /// <param name="stops">The stop strings, none of them empty.</param>
    /// <param name="includeStop">Whether the text keeps the stop string; nothing has to be held back then.</param>
    public StopMatcher(IReadOnlyList<string> stops, bool includeStop)
    {
        if (stops.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException("A stop string is empty.", nameof(stops));
        }

        _stops = stops;
        _includeStop = includeStop;
        _borders = [.. stops.Select(Borders)];
        _states = new int[stops.Count];
    }

    /// <summary>The stop string that was found; nothing is given out after it.</summary>
    public string? Found { get; private set; }

    /// <summary>Takes text and gives what of it, and of what was held back, cannot belong to a stop string any more.</summary>
    /// <param name="text">The next piece.</param>
    /// <param name="mayStop">Whether a stop string that ends in this piece counts.</param>
    public string Add(string text, bool mayStop = true)
    {
        if (Found is not null)
        {
            return "";
        }

        if (_stops.Count == 0)
        {
            return text;
        }

        var before = _held.Length;
        for (var i = 0; i < text.Length; i++)
        {
            if (Advance(text[i]) is { } stop && mayStop)
            {
                Found = stop;
                _held.Append(text, 0, i + 1);
                return Release(_includeStop ? _held.Length : before + i + 1 - stop.Length, all: true);
            }
        }

        if (before == 0 && Held() == 0)
        {
            return text;
        }

        _held.Append(text);
        return Release(_held.Length - Held(), all: false);
    }

    /// <summary>Gives what is held back, for a sequence that ended otherwise, and begins anew.</summary>
    public string Flush()
    {
        Array.Clear(_states);
        return Release(_held.Length, all: true);
    }

    /// <summary>How much of the text's end begins a stop string, in characters.</summary>
    private int Held() => _includeStop ? 0 : _states.Max();

    private string? Advance(char next)
    {
        string? found = null;
        for (var s = 0; s < _stops.Count; s++)
        {
            var stop = _stops[s];
            var state = _states[s];
            while (state > 0 && stop[state] != next)
            {
                state = _borders[s][state - 1];
            }

            state += stop[state] == next ? 1 : 0;
            if (state == stop.Length)
            {
                found = found is null || stop.Length > found.Length ? stop : found;
                state = _borders[s][state - 1];
            }

            _states[s] = state;
        }

        return found;
    }

    private string Release(int count, bool all)
    {
        var text = _held.ToString(0, count);
        _held.Remove(0, all ? _held.Length : count);
        return text;
    }

    /// <summary>For each prefix, the length of the longest proper prefix that is also its suffix (Knuth, Morris, Pratt).</summary>
    private static int[] Borders(string stop)
    {
        var borders = new int[stop.Length];
        for (var i = 1; i < stop.Length; i++)
        {
            var border = borders[i - 1];
            while (border > 0 && stop[border] != stop[i])
            {
                border = borders[border - 1];
            }

            borders[i] = stop[border] == stop[i] ? border + 1 : 0;
        }

        return borders;
    }
}
