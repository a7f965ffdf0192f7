namespace Preble.Kernels.Timing;

/// <summary>How much is done for a measurement.</summary>
/// <param name="Samples">Samples.</param>
/// <param name="WarmUps">Samples before that do not count.</param>
/// <param name="SampleUs">How long a sample should be, in microseconds.</param>
internal sealed record TimingEffort(int Samples, int WarmUps, double SampleUs)
{
    /// <summary>For numbers to be reported.</summary>
    internal static TimingEffort Full { get; } = new(40, 5, 3000);

    /// <summary>To see that it runs.</summary>
    internal static TimingEffort Least { get; } = new(2, 1, 0);
}
