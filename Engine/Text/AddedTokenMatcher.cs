using System.Buffers;
using System.Text;

namespace Preble.Engine.Text;

/// <summary>
/// Finds added tokens in UTF-8 text: leftmost first, longest at a place, as Hugging Face's AddedVocabulary does. Immutable.
/// </summary>
internal sealed class AddedTokenMatcher
{
    private const int Root = 0;
    private readonly Dictionary<(int Node, byte Next), int> _children = [];
    private readonly List<AddedToken?> _ends = [null];
    private readonly SearchValues<byte> _firstBytes;

    /// <param name="tokens">The tokens with the bytes to look for, none of them empty.</param>
    internal AddedTokenMatcher(IEnumerable<(AddedToken Token, byte[] Pattern)> tokens)
    {
        var firstBytes = new HashSet<byte>();
        foreach (var (token, pattern) in tokens)
        {
            firstBytes.Add(pattern[0]);
            var node = Root;
            foreach (var value in pattern)
            {
                if (!_children.TryGetValue((node, value), out var child))
                {
                    child = _ends.Count;
                    _ends.Add(null);
                    _children.Add((node, value), child);
                }

                node = child;
            }

            _ends[node] = token;
        }

        _firstBytes = SearchValues.Create([.. firstBytes]);
    }

    /// <summary>Finds the next added token.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="taken">Everything before is spoken for: by an added token, or by the start of the text.</param>
    /// <param name="from">Where to look from; moved behind the match, so that the caller can go on.</param>
    /// <param name="parseSpecial">Whether special tokens count; if not, their text is stepped over as text.</param>
    /// <param name="match">The token with the range it covers, white space that it swallows included.</param>
    internal bool TryFind(ReadOnlySpan<byte> text, int taken, ref int from, bool parseSpecial, out (int Start, int End, AddedToken Token) match)
    {
        while (from < text.Length)
        {
            var candidate = text[from..].IndexOfAny(_firstBytes);
            if (candidate < 0)
            {
                break;
            }

            var start = from + candidate;
            if (LongestAt(text, start) is not { } found)
            {
                from = start + 1;
                continue;
            }

            from = found.End;
            if (start >= taken && Accepts(text, start, found.End, found.Token, parseSpecial))
            {
                var end = found.Token.RightStrip ? TextClasses.SkipRun(text, found.End, TextClass.Space) : found.End;
                from = Math.Max(from, end);
                match = (found.Token.LeftStrip ? SpaceStart(text, taken, start) : start, end, found.Token);
                return true;
            }
        }

        match = default;
        return false;
    }

    private (int End, AddedToken Token)? LongestAt(ReadOnlySpan<byte> text, int start)
    {
        (int, AddedToken)? longest = null;
        var node = Root;
        for (var i = start; i < text.Length && _children.TryGetValue((node, text[i]), out var child); i++)
        {
            node = child;
            if (_ends[node] is { } token)
            {
                longest = (i + 1, token);
            }
        }

        return longest;
    }

    private static bool Accepts(ReadOnlySpan<byte> text, int start, int end, AddedToken token, bool parseSpecial)
    {
        if (token.Special && !parseSpecial)
        {
            return false;
        }

        return !token.SingleWord || !(IsWordBefore(text[..start]) || IsWordAfter(text[end..]));
    }

    private static bool IsWordBefore(ReadOnlySpan<byte> text) =>
        Rune.DecodeLastFromUtf8(text, out var rune, out _) == OperationStatus.Done && TextClasses.IsWord(rune);

    private static bool IsWordAfter(ReadOnlySpan<byte> text) =>
        Rune.DecodeFromUtf8(text, out var rune, out _) == OperationStatus.Done && TextClasses.IsWord(rune);

    private static int SpaceStart(ReadOnlySpan<byte> text, int taken, int start)
    {
        while (start > taken && Rune.DecodeLastFromUtf8(text[taken..start], out var rune, out var length) == OperationStatus.Done
            && Rune.IsWhiteSpace(rune))
        {
            start -= length;
        }

        return start;
    }
}
