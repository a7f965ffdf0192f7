namespace Preble.Core;

/// <summary>
/// A 64-bit chained hash of one page of tokens and of all pages before it. Equal keys mean an equal prefix, up to the chance of a
/// collision: keys route, they never decide what is reused.
/// </summary>
public readonly record struct PageKey(ulong Value)
{
    public override string ToString() => Value.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
