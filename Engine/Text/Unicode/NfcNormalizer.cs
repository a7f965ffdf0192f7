using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Preble.Engine.Text.Unicode;

/// <summary>Unicode normalization form C over UTF-8. Bytes that are not UTF-8 stay as they are and separate what stands around them.</summary>
internal static class NfcNormalizer
{
    /// <summary>Normalizes <paramref name="text"/>; settled text (all ASCII for one) costs one pass and no allocation.</summary>
    /// <returns>Null if the text is in form C as it stands.</returns>
    internal static byte[]? TryNormalize(ReadOnlySpan<byte> text)
    {
        var first = FirstUnsettled(text);
        if (first < 0)
        {
            return null;
        }

        var output = new ArrayBufferWriter<byte>(text.Length + 16);
        output.Write(text[..first]);
        var points = new List<int>();
        for (var i = first; i < text.Length;)
        {
            if (Rune.DecodeFromUtf8(text[i..], out var rune, out var length) == OperationStatus.Done)
            {
                Decompose(rune.Value, points);
            }
            else
            {
                WriteComposed(points, output);
                output.Write(text.Slice(i, length));
            }

            i += length;
        }

        WriteComposed(points, output);
        return output.WrittenSpan.SequenceEqual(text) ? null : output.WrittenSpan.ToArray();
    }

    /// <summary>Where normalization must begin: the character before the first that is unsettled, or -1.</summary>
    private static int FirstUnsettled(ReadOnlySpan<byte> text)
    {
        var previous = 0;
        for (var i = 0; i < text.Length;)
        {
            if (text[i] < 0x80)
            {
                previous = i++;
                continue;
            }

            if (Rune.DecodeFromUtf8(text[i..], out var rune, out var length) == OperationStatus.Done && NfcTables.Instance.IsUnsettled(rune.Value))
            {
                return previous;
            }

            previous = i;
            i += length;
        }

        return -1;
    }

    private static void Decompose(int point, List<int> points)
    {
        if (Hangul.IsSyllable(point))
        {
            var index = point - Hangul.SyllableBase;
            points.Add(Hangul.LeadBase + (index / (Hangul.Vowels * Hangul.Tails)));
            points.Add(Hangul.VowelBase + (index / Hangul.Tails % Hangul.Vowels));
            if (index % Hangul.Tails != 0)
            {
                points.Add(Hangul.TailBase + (index % Hangul.Tails));
            }
        }
        else if (NfcTables.Instance.TryDecompose(point, out var parts))
        {
            Decompose(parts.First, points);
            if (parts.Second >= 0)
            {
                Decompose(parts.Second, points);
            }
        }
        else
        {
            points.Add(point);
        }
    }

    private static void WriteComposed(List<int> points, ArrayBufferWriter<byte> output)
    {
        OrderMarks(CollectionsMarshal.AsSpan(points));
        Span<byte> encoded = stackalloc byte[4];
        foreach (var point in Compose(CollectionsMarshal.AsSpan(points)))
        {
            output.Write(encoded[..new Rune(point).EncodeToUtf8(encoded)]);
        }

        points.Clear();
    }

    /// <summary>Sorts each run of marks by combining class, keeping the order of equal ones (canonical ordering).</summary>
    private static void OrderMarks(Span<int> points)
    {
        for (var start = 0; start < points.Length; start++)
        {
            if (NfcTables.Instance.ClassOf(points[start]) == 0)
            {
                continue;
            }

            var end = start + 1;
            while (end < points.Length && NfcTables.Instance.ClassOf(points[end]) != 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                var sorted = points[start..end].ToArray().OrderBy(p => NfcTables.Instance.ClassOf(p)).ToArray();
                sorted.CopyTo(points[start..]);
            }

            start = end;
        }
    }

    /// <summary>Composes in place each starter with the marks that are not blocked from it.</summary>
    private static Span<int> Compose(Span<int> points)
    {
        var starter = -1;
        var lastClass = 0;
        var written = 0;
        foreach (var point in points)
        {
            var markClass = NfcTables.Instance.ClassOf(point);
            var adjacent = starter == written - 1;
            if (starter >= 0 && (adjacent || lastClass < markClass) && TryCompose(points[starter], point, out var composed))
            {
                points[starter] = composed;
                continue;
            }

            if (markClass == 0)
            {
                starter = written;
            }

            lastClass = markClass;
            points[written++] = point;
        }

        return points[..written];
    }

    private static bool TryCompose(int first, int second, out int composed) =>
        Hangul.TryCompose(first, second, out composed) || NfcTables.Instance.TryCompose(first, second, out composed);
}
