namespace Preble.Core.Workloads;

/// <summary>
/// Logarithm and exponential out of the four operations alone, which IEEE 754 rounds alike everywhere: those of the runtime are the platform's, and may
/// differ in the last bit from one machine to another. Relative errors are under 1e-15 and 2e-13.
/// </summary>
internal static class PortableMath
{
    private const double Ln2 = 0.693147180559945309417;
    private const double SqrtHalf = 0.707106781186547524401;
    private const int MantissaBits = 52;
    private const int ExponentBias = 1022;
    private const int LogTerms = 12;
    private const int ExpTerms = 18;

    /// <param name="x">Above 0, finite, and no less than the smallest normal number.</param>
    public static double Ln(double x)
    {
        if (!double.IsNormal(x) || x < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(x));
        }

        // x = m * 2^e with m from sqrt(1/2) to sqrt(2), and ln m = 2 artanh((m-1)/(m+1)).
        long bits = BitConverter.DoubleToInt64Bits(x);
        int e = (int)(bits >> MantissaBits) - ExponentBias;
        double m = BitConverter.Int64BitsToDouble((bits & ((1L << MantissaBits) - 1)) | ((long)ExponentBias << MantissaBits));
        if (m < SqrtHalf)
        {
            m *= 2;
            e--;
        }

        double s = (m - 1) / (m + 1);
        double square = s * s;
        double sum = 0;
        for (int term = LogTerms; term >= 0; term--)
        {
            sum = (sum * square) + (1.0 / ((2 * term) + 1));
        }

        return (e * Ln2) + (2 * s * sum);
    }

    /// <param name="x">From -700 to 700.</param>
    public static double Exp(double x)
    {
        if (!(x is >= -700 and <= 700))
        {
            throw new ArgumentOutOfRangeException(nameof(x));
        }

        double k = Math.Round(x / Ln2);
        double rest = x - (k * Ln2);
        double sum = 1;
        for (int term = ExpTerms; term >= 1; term--)
        {
            sum = 1 + (sum * rest / term);
        }

        return Math.ScaleB(sum, (int)k);
    }
}
