using System.Globalization;

namespace Preble.Emulator.Parsing;

/// <summary>The tokens of a file and a place among them.</summary>
internal sealed class PtxReader(List<PtxToken> tokens)
{
    private int _at;

    internal PtxToken Next => tokens[_at];

    internal PtxToken After => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    internal int Line => Next.Line;

    internal PtxToken Take() => tokens[_at] is { Kind: PtxTokenKind.End } end ? throw new PtxException(end.Line, "the file ends in the middle") : tokens[_at++];

    internal bool Is(string text) => Next.Kind is PtxTokenKind.Mark or PtxTokenKind.Word && Next.Text == text;

    internal bool Accept(string text)
    {
        bool found = Is(text);
        _at += found ? 1 : 0;
        return found;
    }

    internal void Expect(string text)
    {
        if (!Accept(text))
        {
            throw new PtxException(Line, $"'{text}' was expected instead of '{Next.Text}'");
        }
    }

    internal string Word()
    {
        PtxToken token = Take();
        return token.Kind == PtxTokenKind.Word ? token.Text : throw new PtxException(token.Line, $"a name was expected instead of '{token.Text}'");
    }

    internal int Integer() => checked((int)Number().Integer);

    /// <summary>Passes over everything up to and including the end of the line that the next token stands in.</summary>
    internal void SkipLine()
    {
        int line = Line;
        while (Line == line && Next.Kind != PtxTokenKind.End)
        {
            _at++;
        }
    }

    /// <summary>A number: decimal, 0x, 0b, octal, 0f and 0d with hexadecimal digits, or with a point; signed.</summary>
    internal PtxOperand Number()
    {
        bool negative = Accept("-");
        PtxToken token = Take();
        string text = token.Text;
        if (token.Kind != PtxTokenKind.Number)
        {
            throw new PtxException(token.Line, $"a number was expected instead of '{text}'");
        }

        if (text.StartsWith("0f", StringComparison.OrdinalIgnoreCase) && text.Length == 10)
        {
            uint bits = Convert.ToUInt32(text[2..], 16) ^ (negative ? 0x80000000u : 0u);
            return new PtxOperand(PtxOperandKind.Float, Float: BitConverter.UInt32BitsToSingle(bits)) { FloatBits = bits };
        }

        if (text.StartsWith("0d", StringComparison.OrdinalIgnoreCase) && text.Length == 18)
        {
            double value = BitConverter.UInt64BitsToDouble(Convert.ToUInt64(text[2..], 16));
            return new PtxOperand(PtxOperandKind.Float, Float: negative ? -value : value);
        }

        if (text.Contains('.') && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real))
        {
            return new PtxOperand(PtxOperandKind.Float, Float: negative ? -real : real);
        }

        try
        {
            string digits = text.TrimEnd('U', 'u');
            ulong value = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? Convert.ToUInt64(digits[2..], 16)
                : digits.StartsWith("0b", StringComparison.OrdinalIgnoreCase) ? Convert.ToUInt64(digits[2..], 2)
                : digits.Length > 1 && digits[0] == '0' ? Convert.ToUInt64(digits, 8)
                : ulong.Parse(digits, CultureInfo.InvariantCulture);
            return new PtxOperand(PtxOperandKind.Integer, Integer: unchecked(negative ? -(long)value : (long)value));
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new PtxException(token.Line, $"'{text}' is not a number");
        }
    }
}
