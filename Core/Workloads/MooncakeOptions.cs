using System.Globalization;

namespace Preble.Core.Workloads;

/// <summary>How a trace is read.</summary>
public sealed record MooncakeOptions
{
    /// <summary>Tokens that a hash stands for in the published traces.</summary>
    public const int PublishedBlockTokens = 512;

    /// <summary>The largest block. [tokens]</summary>
    public const int BlockTokensMax = 1 << 20;

    /// <summary>The least speedup.</summary>
    public const double SpeedupMin = 1e-6;

    /// <summary>The largest speedup.</summary>
    public const double SpeedupMax = 1e6;

    private const double SpreadSecondsMax = 86_400;

    /// <summary>All times are divided by it: from <see cref="SpeedupMin"/> to <see cref="SpeedupMax"/>.</summary>
    public double Speedup { get; init; } = 1;

    /// <summary>Requests that are read at most, from the first; what is behind them is not looked at. From 1 to <see cref="WorkloadOptions.RequestsMax"/>.</summary>
    public int RequestsMax { get; init; } = WorkloadOptions.RequestsMax;

    /// <summary>
    /// Requests with the same time stamp are spread evenly over so many seconds of the trace (or until its next time stamp, if that comes first), from 0, which
    /// leaves them together, to a day. Null finds out: if all time stamps are multiples of the same second or more (the conversation trace's are of 3 s, to
    /// the millisecond), they stand for that time, and a queue would otherwise see a flood every 3 s that never was.
    /// </summary>
    public double? SpreadSeconds { get; init; }

    /// <summary>
    /// Tokens in a block, from 1 to <see cref="BlockTokensMax"/>; null finds out from the numbers of hashes: <see cref="PublishedBlockTokens"/> if it fits, or
    /// else the smallest power of two that does.
    /// </summary>
    public int? BlockTokens { get; init; }

    /// <exception cref="ArgumentException">A number is out of range; the message is one line that says which, and what is allowed.</exception>
    public void Validate()
    {
        Check("speedup", Speedup, SpeedupMin, SpeedupMax);
        Check("number of requests", RequestsMax, 1, WorkloadOptions.RequestsMax);
        Check("spread in seconds", SpreadSeconds ?? 0, 0, SpreadSecondsMax);
        Check("number of tokens in a block", BlockTokens ?? 1, 1, BlockTokensMax);
    }

    private static void Check(string what, double value, double min, double max)
    {
        if (!(value >= min && value <= max))
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"The {what} of a trace cannot be {value}; allowed: from {min} to {max}.");
            throw new ArgumentException(text);
        }
    }
}
