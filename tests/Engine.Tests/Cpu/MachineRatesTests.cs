using Preble.Engine.Diagnostics;

namespace Preble.Engine.Tests.Cpu;

public sealed class MachineRatesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void EveryRateOfTheMachineIsMeasured(int threads)
    {
        MachineRates rates = MachineRates.Measure(TimeProvider.System, threads);
        rates.Threads.Should().Be(threads);
        new[] { rates.GigaFlops, rates.ReadGigabytes, rates.CopyGigabytes }.Should().OnlyContain(r => r > 0 && double.IsFinite(r));
    }
}
