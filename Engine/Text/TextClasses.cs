using System.Buffers;
using System.Globalization;
using System.Text;

namespace Preble.Engine.Text;

/// <summary>Classifies the characters of UTF-8 text. Works on code points, so that the supplementary planes are right.</summary>
internal static class TextClasses
{
    private static readonly byte[] BasicPlane = BuildBasicPlane();

    /// <summary>The class of the character at <paramref name="index"/>.</summary>
    /// <param name="text">UTF-8; a sequence that is not valid counts as one character of class <see cref="TextClass.Other"/>.</param>
    /// <param name="index">Start of a character; less than the text's length.</param>
    /// <param name="length">Its length in bytes.</param>
    internal static TextClass At(ReadOnlySpan<byte> text, int index, out int length)
    {
        var first = text[index];
        if (first < 0x80)
        {
            length = 1;
            return (TextClass)BasicPlane[first];
        }

        if (Rune.DecodeFromUtf8(text[index..], out var rune, out length) != OperationStatus.Done)
        {
            return TextClass.Other;
        }

        return rune.Value < BasicPlane.Length ? (TextClass)BasicPlane[rune.Value] : Classify(rune);
    }

    /// <summary>Skips the characters of one class from <paramref name="index"/> on.</summary>
    /// <returns>The index of the first character of another class, or the text's length.</returns>
    internal static int SkipRun(ReadOnlySpan<byte> text, int index, TextClass wanted)
    {
        while (index < text.Length && At(text, index, out var length) == wanted)
        {
            index += length;
        }

        return index;
    }

    /// <summary>Whether a code point is a word character (<c>\w</c>), as the borders of single-word tokens see it.</summary>
    internal static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
        or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.NonSpacingMark
        or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.ConnectorPunctuation;

    private static TextClass Classify(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => TextClass.Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => TextClass.Number,
        _ => Rune.IsWhiteSpace(rune) ? TextClass.Space : TextClass.Other,
    };

    private static byte[] BuildBasicPlane()
    {
        var classes = new byte[0x10000];
        for (var value = 0; value < classes.Length; value++)
        {
            if (Rune.TryCreate(value, out var rune))
            {
                classes[value] = (byte)Classify(rune);
            }
        }

        return classes;
    }
}
