using System.IO.Compression;

namespace Preble.Engine.Text.Unicode;

/// <summary>Canonical combining classes, decompositions and compositions. Needed because .NET normalizes nothing in its invariant mode.</summary>
internal sealed class NfcTables
{
    private readonly Dictionary<int, byte> _classes = [];
    private readonly Dictionary<int, (int First, int Second)> _decompositions = [];
    private readonly Dictionary<(int First, int Second), int> _compositions = [];
    private readonly HashSet<int> _composesWithPrevious = [];

    private NfcTables()
    {
        using var packed = new ZLibStream(new MemoryStream(Convert.FromBase64String(NfcData.Packed)), CompressionMode.Decompress);
        var point = 0;
        for (var left = ReadVarint(packed); left > 0; left--)
        {
            point += ReadVarint(packed);
            _classes[point] = (byte)ReadVarint(packed);
        }

        point = 0;
        for (var left = ReadVarint(packed); left > 0; left--)
        {
            point += ReadVarint(packed);
            _decompositions[point] = (ReadVarint(packed), -1);
        }

        point = 0;
        for (var left = ReadVarint(packed); left > 0; left--)
        {
            point += ReadVarint(packed);
            var pair = (ReadVarint(packed), ReadVarint(packed));
            _decompositions[point] = pair;
            if (ReadVarint(packed) == 1)
            {
                _compositions[pair] = point;
                _composesWithPrevious.Add(pair.Item2);
            }
        }
    }

    /// <summary>The tables, unpacked at first use.</summary>
    internal static NfcTables Instance { get; } = new();

    /// <summary>Canonical combining class; 0 for a starter.</summary>
    internal byte ClassOf(int point) => _classes.GetValueOrDefault(point);

    /// <summary>One step of canonical decomposition; Second is -1 when there is one character only. Hangul syllables are not in the table.</summary>
    internal bool TryDecompose(int point, out (int First, int Second) parts) => _decompositions.TryGetValue(point, out parts);

    /// <summary>The character that two compose to, Hangul excepted.</summary>
    internal bool TryCompose(int first, int second, out int composed) => _compositions.TryGetValue((first, second), out composed);

    /// <summary>
    /// Whether the character may be changed by normalization, or change what stands before it: it decomposes, has a combining class, or is the
    /// second part of a composition. Text without such characters is in form C already.
    /// </summary>
    internal bool IsUnsettled(int point) =>
        _classes.ContainsKey(point)
        || _composesWithPrevious.Contains(point)
        || (_decompositions.TryGetValue(point, out var parts) && !(_compositions.TryGetValue(parts, out var composed) && composed == point))
        || point is (>= Hangul.VowelBase and < Hangul.VowelBase + Hangul.Vowels) or (> Hangul.TailBase and < Hangul.TailBase + Hangul.Tails);

    private static int ReadVarint(Stream stream)
    {
        var value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var read = stream.ReadByte();
            value |= (read & 0x7F) << shift;
            if (read < 0x80)
            {
                return read < 0 ? throw new InvalidOperationException("The packed Unicode data ends early.") : value;
            }
        }
    }
}
