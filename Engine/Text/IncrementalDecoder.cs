using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Preble.Engine.Text;

/// <summary>
/// Turns tokens into text as they come. What it gives out never ends inside a character: bytes that may still become one are held back. All that it
/// gives, <see cref="Flush"/> included, is together what <see cref="Tokenizer.Decode"/> gives for all tokens. One sequence, one thread.
/// </summary>
/// <param name="tokenizer">The vocabulary.</param>
/// <param name="skipSpecial">Whether special tokens are left out.</param>
public sealed class IncrementalDecoder(Tokenizer tokenizer, bool skipSpecial)
{
    /// <summary>Most bytes held back: one less than the longest character.</summary>
    public const int HeldBytesMax = 3;

    private readonly byte[] _held = new byte[HeldBytesMax];
    private int _heldCount;

    /// <summary>Takes a token and gives the text that is complete with it, which may be empty.</summary>
    /// <param name="id">A token id; one outside of the vocabulary has no text.</param>
    public string Add(int id)
    {
        if (skipSpecial && tokenizer.IsSpecial(id))
        {
            return "";
        }

        // A token of whole characters has its text ready, so the common case allocates nothing.
        var bytes = tokenizer.TokenBytes(id);
        if (_heldCount == 0 && Utf8.IsValid(bytes))
        {
            return tokenizer.TokenText(id);
        }

        byte[] joined = [.. _held.AsSpan(0, _heldCount), .. bytes];
        var incomplete = IncompleteTail(joined);
        joined.AsSpan(joined.Length - incomplete).CopyTo(_held);
        _heldCount = incomplete;
        return Encoding.UTF8.GetString(joined.AsSpan(0, joined.Length - incomplete));
    }

    /// <summary>Gives what is held back, as U+FFFD, and begins anew.</summary>
    public string Flush()
    {
        var text = Encoding.UTF8.GetString(_held.AsSpan(0, _heldCount));
        _heldCount = 0;
        return text;
    }

    /// <summary>
    /// How many bytes at the end are a character's beginning. A character begins at its lead byte, so cutting there never changes what is decoded.
    /// </summary>
    private static int IncompleteTail(ReadOnlySpan<byte> bytes)
    {
        for (var length = 1; length <= Math.Min(HeldBytesMax, bytes.Length); length++)
        {
            if (Rune.DecodeFromUtf8(bytes[^length..], out _, out var consumed) == OperationStatus.NeedMoreData && consumed == length)
            {
                return length;
            }
        }

        return 0;
    }
}
