using Preble.Emulator;
using Preble.Kernels.Checking;
using Preble.Kernels.Ops;

namespace Preble.Kernels.Tests.Ops;

/// <summary>Every kernel computes what its reference in double precision says, and the emulator finds nothing wrong with how.</summary>
public sealed class KernelCheckTests
{
    /// <summary>All but cuBLAS's products: an emulator has none.</summary>
    public static TheoryData<string> Ops => [.. KernelChecker.Ops.Except(["cublas"])];

    /// <summary>Without guards, so that the emulator sees every byte that is touched beyond a buffer.</summary>
    [Theory]
    [MemberData(nameof(Ops))]
    public void EveryOpIsRightForSmallShapes(string op) => Check(op, seed: 11, guardBytes: 0);

    [Theory]
    [MemberData(nameof(Ops))]
    public void EveryOpIsRightForOtherShapesBetweenGuards(string op) => Check(op, seed: 12, KernelChecker.GuardBytes);

    [Fact]
    public void WhatIsCompiledOtherwiseForNewerDevicesIsRightOnThem()
    {
        using var gpu = new EmulatedGpu(new EmulatorOptions { ComputeCapability = 90 });
        string[] ops = [.. PtxSet.Files.Where(file => file.Contains(90)).Select(file => file.Key[..file.Key.LastIndexOf('_')].Replace('_', '-')).Distinct()];

        IReadOnlyList<CheckResult> results = gpu.Run(ops.SelectMany(op => CheckCatalog.Cases(op, CheckSize.Small, seed: 13)), seed: 13);

        results.Should().NotBeEmpty().And.OnlyContain(result => result.Passed, gpu.Faults);
        gpu.Faults.Should().BeEmpty();
    }

    private static void Check(string op, ulong seed, int guardBytes)
    {
        using var gpu = new EmulatedGpu();

        IReadOnlyList<CheckResult> results = gpu.Run(CheckCatalog.Cases(op, CheckSize.Small, seed), seed, guardBytes);

        results.Should().NotBeEmpty().And.OnlyContain(result => result.Passed, gpu.Faults);
        gpu.Faults.Should().BeEmpty();
    }
}
