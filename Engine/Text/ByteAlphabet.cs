namespace Preble.Engine.Text;

/// <summary>
/// The 256 printable characters by which byte-level vocabularies write bytes (GPT-2): a printable Latin-1 byte stands for itself, the others are
/// moved, in order, to U+0100 and up.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] CharOfByte = new char[256];
    private static readonly short[] ByteOfChar = new short[CharsEnd];
    private const int CharsEnd = 0x180;

    static ByteAlphabet()
    {
        Array.Fill(ByteOfChar, (short)-1);
        var moved = 0;
        for (var b = 0; b < 256; b++)
        {
            var printable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            CharOfByte[b] = (char)(printable ? b : 0x100 + moved++);
            ByteOfChar[CharOfByte[b]] = (short)b;
        }
    }

    /// <summary>The character that stands for a byte.</summary>
    internal static char CharFor(byte value) => CharOfByte[value];

    /// <summary>The bytes a vocabulary entry stands for, or null if it has a character outside the alphabet.</summary>
    internal static byte[]? TryDecode(string token)
    {
        var bytes = new byte[token.Length];
        for (var i = 0; i < token.Length; i++)
        {
            var value = token[i] < CharsEnd ? ByteOfChar[token[i]] : -1;
            if (value < 0)
            {
                return null;
            }

            bytes[i] = (byte)value;
        }

        return bytes;
    }
}
