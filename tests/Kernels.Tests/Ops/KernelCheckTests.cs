using Preble.Kernels.Checking;

namespace Preble.Kernels.Tests.Ops;

/// <summary>Every kernel computes what its reference in double precision says, and the emulator finds nothing wrong with how.</summary>
public sealed class KernelCheckTests
{
    private const ulong Seed = 11;

    public static TheoryData<string> Ops => [.. KernelChecker.Ops];

    [Theory]
    [MemberData(nameof(Ops))]
    public void EveryOpIsRightForSmallShapes(string op)
    {
        using var gpu = new EmulatedGpu();

        IReadOnlyList<CheckResult> results = gpu.Run(CheckCatalog.Cases(op, CheckSize.Small, Seed), Seed);

        results.Should().NotBeEmpty().And.OnlyContain(result => result.Passed, gpu.Faults);
        gpu.Faults.Should().BeEmpty();
    }
}
