namespace Preble.Fault.Tests.Network;

/// <summary>How bad a network is: shares of the messages, and times.</summary>
internal sealed record Weather
{
    public static Weather Fair { get; } = new();

    public double Lost { get; init; }

    public double Refused { get; init; }

    public double Cancelled { get; init; }

    public double ReplyLost { get; init; }

    public double Repeated { get; init; }

    public double Late { get; init; }

    /// <summary>Of the reads of a stream.</summary>
    public double StreamBroken { get; init; }

    /// <summary>How late a late one is at most; beyond the time that a caller waits, now and then.</summary>
    public TimeSpan LateMax { get; init; }

    /// <param name="random">Draws it.</param>
    /// <param name="mild">Whether what is sent again soon comes through.</param>
    public static Weather Draw(Random random, bool mild)
    {
        double badness = random.Next(mild ? 3 : 4) switch { 0 => 0, 1 => 0.002, 2 => 0.01, _ => 0.04 };
        return new Weather
        {
            Lost = badness * random.NextDouble(),
            Refused = badness * random.NextDouble(),
            Cancelled = badness * random.NextDouble(),
            ReplyLost = badness * random.NextDouble(),
            Repeated = 5 * badness * random.NextDouble(),
            Late = 5 * badness * random.NextDouble(),
            StreamBroken = badness * random.NextDouble() / 5,
            LateMax = TimeSpan.FromSeconds(!mild && random.Next(5) == 0 ? 45 : random.Next(1, 5)),
        };
    }

    public Fate Next(Random random)
    {
        double draw = random.NextDouble();
        return new Fate
        {
            IsLost = Take(ref draw, Lost),
            IsRefused = Take(ref draw, Refused),
            IsCancelled = Take(ref draw, Cancelled),
            IsReplyLost = Take(ref draw, ReplyLost),
            Again = Take(ref draw, Repeated) ? LateMax * random.NextDouble() : null,
            Delay = Take(ref draw, Late / 2) ? LateMax * random.NextDouble() : TimeSpan.Zero,
            ReplyDelay = Take(ref draw, Late / 2) ? LateMax * random.NextDouble() : TimeSpan.Zero,
        };
    }

    private static bool Take(ref double draw, double share)
    {
        bool hit = draw >= 0 && draw < share;
        draw -= share;
        return hit;
    }
}
