namespace Preble.Core.Placement;

/// <summary>
/// What the prompts that were sent to a worker of late found there, as a mean. It fades when they come more seldom than they did, so that it is nothing soon
/// after there is nothing to find any more.
/// </summary>
/// <param name="span">Prompts over which it is a mean.</param>
internal sealed class ArrivalMean(int span)
{
    /// <summary>Mean times between prompts that may pass without one before it fades.</summary>
    public const double Patience = 4;

    /// <summary>Mean times between prompts in which it then falls to 1/e.</summary>
    public const double Fade = 16;

    private double _mean;
    private double _gapSeconds;
    private TimeSpan _at = TimeSpan.MinValue;

    /// <summary>0 until a prompt found something.</summary>
    /// <param name="now">Never less than before.</param>
    public double Of(TimeSpan now)
    {
        if (_mean <= 0)
        {
            return 0;
        }

        double late = (now - _at).TotalSeconds - (Patience * _gapSeconds);
        return late <= 0 ? _mean : _gapSeconds > 0 ? _mean * Math.Exp(-late / (Fade * _gapSeconds)) : 0;
    }

    /// <summary>A prompt is sent there.</summary>
    /// <param name="found">What it finds; 0 or more.</param>
    /// <param name="now">Never less than before.</param>
    public void Add(double found, TimeSpan now)
    {
        double before = Of(now);
        _mean = before + ((found - before) / span);
        if (_at != TimeSpan.MinValue)
        {
            // A pause says little of how prompts come when they do.
            double gap = (now - _at).TotalSeconds;
            _gapSeconds = _gapSeconds > 0 ? _gapSeconds + ((Math.Min(gap, Patience * _gapSeconds) - _gapSeconds) / span) : gap;
        }

        _at = now;
    }
}
