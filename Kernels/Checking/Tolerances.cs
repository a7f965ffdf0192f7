namespace Preble.Kernels.Checking;

/// <summary>
/// What rounding allows, as relative error of the norm. One rounding to bfloat16 is at most 2^-8 off each element, so 2^-8 bounds the norm as well;
/// sums in float add their own.
/// </summary>
internal static class Tolerances
{
    /// <summary>For one element, over its size and its row's, against the norm's: more than five standard deviations of what is spread like a normal
    /// distribution.</summary>
    internal const double WorstFactor = 2;

    /// <summary>Elementwise in float with approximate functions good to 2^-20, then rounded once.</summary>
    internal const double Rounded = Bf16.Rounding + (1.0 / (1 << 18));

    /// <summary>Weights of an attention rounded to bfloat16 before the product with the values, and the result once more.</summary>
    internal const double RoundedTwice = (2 * Bf16.Rounding) + (1.0 / (1 << 16));

    /// <summary>A sum of <paramref name="terms"/> products in float whose parts of 16 a tensor core adds and cuts off rather than rounds: each cut
    /// loses up to a unit in the last place of what has been summed.</summary>
    internal static double Sum(int terms) => ((terms / 8.0) + 8) / (1 << 23);
}
