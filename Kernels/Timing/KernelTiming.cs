namespace Preble.Kernels.Timing;

/// <summary>How long one launch takes on the device, in microseconds, over many samples.</summary>
/// <param name="MedianUs">Half of the samples took no longer.</param>
/// <param name="LowUs">A tenth of them took no longer.</param>
/// <param name="HighUs">Nine tenths of them took no longer.</param>
public sealed record KernelTiming(double MedianUs, double LowUs, double HighUs)
{
    /// <summary>Of samples in any order.</summary>
    internal static KernelTiming Of(IEnumerable<double> samplesUs)
    {
        double[] sorted = [.. samplesUs.Order()];
        return new KernelTiming(At(0.5), At(0.1), At(0.9));

        double At(double share) => sorted[(int)Math.Round(share * (sorted.Length - 1))];
    }
}
