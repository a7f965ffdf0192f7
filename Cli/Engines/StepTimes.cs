namespace Preble.Cli.Engines;

/// <summary>How long a step takes, in seconds, over its repeats.</summary>
/// <param name="Median">Half of them took no longer.</param>
/// <param name="Low">A tenth of them took no longer.</param>
/// <param name="High">Nine tenths of them took no longer.</param>
internal sealed record StepTimes(double Median, double Low, double High)
{
    public static StepTimes Of(IEnumerable<double> seconds)
    {
        double[] sorted = [.. seconds.Order()];
        return new StepTimes(At(0.5), At(0.1), At(0.9));

        double At(double share) => sorted[(int)Math.Round(share * (sorted.Length - 1))];
    }
}
