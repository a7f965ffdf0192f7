namespace Preble.Core.Placement;

/// <summary>
/// Counts requests within a window by exponential decay: a request of age a weighs e^(-a/window), which at a steady rate adds up to the requests of
/// one window. Counts are kept in units that grow with time instead of shrinking one by one, so that old counts need no update and the ratio of two
/// counts none at all.
/// </summary>
internal sealed class UseClock(double windowSeconds)
{
    // e^512 is far inside the range of double and is reached after 512 windows (a day at three minutes).
    private const double ExponentMax = 512;

    private TimeSpan _origin;

    /// <summary>What a request at <paramref name="now"/> weighs.</summary>
    public double Weight(TimeSpan now) => Math.Exp(Exponent(now));

    /// <summary>Whether all counts must be multiplied by the result of <see cref="Rebase"/> before the next one is added.</summary>
    public bool MustRebase(TimeSpan now) => Exponent(now) > ExponentMax;

    public double Rebase(TimeSpan now)
    {
        double factor = Math.Exp(-Exponent(now));
        _origin = now;
        return factor;
    }

    private double Exponent(TimeSpan now) => (now - _origin).TotalSeconds / windowSeconds;
}
