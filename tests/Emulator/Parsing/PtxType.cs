namespace Preble.Emulator.Parsing;

/// <summary>A fundamental type: a letter (b, u, s, f, or p for predicates) and a size.</summary>
internal readonly record struct PtxType(char Letter, int Bits)
{
    internal static PtxType Predicate => new('p', 1);

    internal int Bytes => Bits / 8;

    /// <summary>Reads <c>.u32</c> and the like, with or without the dot.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, out PtxType type)
    {
        text = text.TrimStart('.');
        type = text switch
        {
            "pred" => Predicate,
            "bf16" => new PtxType('b', 16),
            "f16" => new PtxType('b', 16),
            "bf16x2" or "f16x2" => new PtxType('b', 32),
            ['b' or 'u' or 's' or 'f', .. var size] when size is "8" or "16" or "32" or "64" or "128" => new PtxType(text[0], int.Parse(size)),
            _ => default,
        };
        return type != default;
    }

    public override string ToString() => Letter == 'p' ? ".pred" : $".{Letter}{Bits}";
}
