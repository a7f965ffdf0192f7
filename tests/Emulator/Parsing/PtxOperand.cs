namespace Preble.Emulator.Parsing;

/// <summary>An operand as written.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name; of an address the base, empty for none.</param>
/// <param name="Integer">An integer's value or an address's offset.</param>
/// <param name="Float">A float's value.</param>
/// <param name="Negated">Whether a predicate is meant inverted.</param>
/// <param name="Items">Of a vector or a pair.</param>
internal sealed record PtxOperand(PtxOperandKind Kind, string Name = "", long Integer = 0, double Float = 0, bool Negated = false, PtxOperand[]? Items = null)
{
    internal PtxOperand[] Parts => Items ?? [this];

    /// <summary>The operand as a 32-bit number's bits; exact for <c>0f</c>, signalling NaNs included.</summary>
    internal uint? FloatBits { get; init; }
}
