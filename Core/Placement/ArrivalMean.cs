namespace Preble.Core.Placement;

/// <summary>
/// What the prompts that were sent to a worker of late found there, as a mean. It fades when they come more seldom than they did, so that it is nothing soon
/// after there is nothing to find any more.
/// </summary>
/// <param name="span">Prompts over which it is a mean.</param>
internal sealed class ArrivalMean(int span)
{
    /// <summary>Mean times between prompts that may pass without one before it fades: of those that come by chance one in fifty is later.</summary>
    public const double Patience = 4;

    /// <summary>Mean times between prompts in which it then falls to 1/e.</summary>
    public const double Fade = 16;

    // Above 0, whatever a worker's rates are.
    private const double GapSecondsMin = 1e-6;

    private double _mean;
    private double _gapSeconds;
    private int _gaps;
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
        return late <= 0 ? _mean : _mean * Math.Exp(-late / (Fade * _gapSeconds));
    }

    /// <summary>A prompt is sent there.</summary>
    /// <param name="found">What it finds; 0 or more.</param>
    /// <param name="stepSeconds">What a step of the worker takes: prompts that come within one come together.</param>
    /// <param name="now">Never less than before.</param>
    public void Add(double found, double stepSeconds, TimeSpan now)
    {
        double before = Of(now);
        _mean = before + ((found - before) / span);
        bool isFirst = _at == TimeSpan.MinValue;
        double gap = Math.Max(GapSecondsMin, isFirst ? stepSeconds : Math.Max((now - _at).TotalSeconds, stepSeconds));

        // A pause says little of how prompts come when they do, be it the first: of the first two times the shorter counts.
        _gapSeconds = _gaps switch
        {
            0 => gap,
            1 => Math.Min(gap, _gapSeconds),
            _ => _gapSeconds + ((Math.Min(gap, Patience * _gapSeconds) - _gapSeconds) / span),
        };
        _gaps = isFirst ? 0 : Math.Min(_gaps + 1, 2);
        _at = now;
    }
}
