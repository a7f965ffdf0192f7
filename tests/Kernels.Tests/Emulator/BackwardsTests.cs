using Preble.Emulator;
using Preble.Kernels.Checking;
using Preble.Kernels.Tests.Ops;

namespace Preble.Kernels.Tests.Emulator;

public sealed class BackwardsTests
{
    public static TheoryData<string> Ops => KernelCheckTests.Ops;

    [Theory]
    [MemberData(nameof(Ops))]
    public void NoKernelDependsOnTheOrderInWhichBlocksAndWarpsRun(string op)
    {
        using var gpu = new EmulatedGpu(new EmulatorOptions { Backwards = true });
        IReadOnlyList<CheckResult> results = gpu.Run(CheckCatalog.Cases(op, CheckSize.Small, 13), 13);
        results.Should().NotBeEmpty().And.OnlyContain(result => result.Passed, gpu.Faults);
        gpu.Faults.Should().BeEmpty();
    }
}
