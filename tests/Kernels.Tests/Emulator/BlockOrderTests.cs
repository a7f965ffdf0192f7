using Preble.Emulator;
using Preble.Emulator.Execution;
using Preble.Kernels.Device;

namespace Preble.Kernels.Tests.Emulator;

/// <summary>Each block writes its numbers and comes to a counter; the last to come adds all blocks' numbers, which it may only if everything orders the two.</summary>
public sealed class BlockOrderTests
{
    private const int Blocks = 4;
    private const int Threads = 64;

    private static readonly string[] Steps =
    [
        ".shared .align 4 .b8 s[4]; mov.u32 %r20, s; mov.u32 %r1, %ctaid.x; mad.lo.u32 %r2, %r1, 64, %r0; mul.wide.u32 %rd9, %r2, 4; add.u64 %rd9, %rd9, %rd0;",
        "st.global.u32 [%rd9], %r2;",
        "bar.sync 0;",
        "setp.ne.u32 %p1, %r0, 0; @%p1 bra MET;",
        "fence.acq_rel.gpu;",
        "atom.relaxed.gpu.global.inc.u32 %r3, [%rd1], 3;",
        "fence.acq_rel.gpu;",
        "st.shared.u32 [%r20], %r3; MET:",
        "bar.sync 0;",
        "ld.shared.u32 %r4, [%r20]; setp.ne.u32 %p2, %r4, 3; @%p2 ret; mul.wide.u32 %rd10, %r0, 4; add.u64 %rd10, %rd10, %rd0;",
        "ld.cg.u32 %r5, [%rd10]; ld.cg.u32 %r6, [%rd10+256]; ld.cg.u32 %r7, [%rd10+512]; ld.cg.u32 %r8, [%rd10+768];",
        "add.u32 %r5, %r5, %r6; add.u32 %r5, %r5, %r7; add.u32 %r5, %r5, %r8; add.u64 %rd11, %rd2, %rd8; st.global.u32 [%rd11], %r5;",
    ];

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public void TheLastBlockToComeSeesWhatTheOthersWrote(bool backwards, int parallelism)
    {
        using EmulatedMachine machine = Run(Steps, backwards, parallelism, out uint[] sums, out uint arrivals);
        machine.Driver.Faults.Should().BeEmpty();
        sums.Should().Equal(Enumerable.Range(0, Threads).Select(i => (uint)((Blocks * i) + (Threads * (0 + 1 + 2 + 3)))));
        arrivals.Should().Be(0, "the last one leaves nothing for the next launch");
    }

    [Theory]
    [InlineData(4, "atom.acq_rel.gpu.global.inc.u32 %r3, [%rd1], 3;", false)]
    [InlineData(4, "membar.gl; atom.relaxed.gpu.global.inc.u32 %r3, [%rd1], 3; membar.gl;", false)]
    [InlineData(4, "atom.release.gpu.global.inc.u32 %r3, [%rd1], 3;", true)]
    [InlineData(4, "atom.acquire.gpu.global.inc.u32 %r3, [%rd1], 3;", true)]
    [InlineData(4, "atom.acq_rel.cta.global.inc.u32 %r3, [%rd1], 3;", true)]
    [InlineData(4, "membar.cta; atom.relaxed.gpu.global.inc.u32 %r3, [%rd1], 3; membar.cta;", true)]
    [InlineData(4, "fence.acq_rel.gpu; add.u64 %rd12, %rd1, 4; atom.relaxed.gpu.global.inc.u32 %r3, [%rd1], 3; red.global.add.u32 [%rd12], 1; fence.acq_rel.gpu;", false)]
    public void OtherWordsForTheSameAreUnderstood(int first, string instead, bool isRace)
    {
        foreach (bool backwards in new[] { false, true })
        {
            using EmulatedMachine machine = Run([.. Steps[..first], instead, .. Steps[(first + 3)..]], backwards, 1, out _, out _);
            machine.Driver.Faults.Select(fault => fault.Kind).Should().Equal(isRace ? [FaultKind.Race] : []);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(8)]
    public void WithoutAnyOneOfWhatOrdersThemItIsARace(int left)
    {
        foreach (bool backwards in new[] { false, true })
        {
            using EmulatedMachine machine = Run([.. Steps.Where((_, i) => i != left)], backwards, 1, out _, out _);
            machine.Fault.Kind.Should().BeOneOf(FaultKind.Race, FaultKind.Uninitialised);
        }
    }

    [Fact]
    public void WhatIsWrittenAfterTheFenceIsNotKnown()
    {
        string[] late = [.. Steps];
        late[6] = $"{Steps[6]} st.global.u32 [%rd9], %r2;";
        using EmulatedMachine machine = Run(late, false, 1, out _, out _);
        machine.Fault.Kind.Should().Be(FaultKind.Race);
        machine.Fault.Detail.Should().Contain("which block 0 wrote");
    }

    private static EmulatedMachine Run(string[] steps, bool backwards, int parallelism, out uint[] sums, out uint arrivals)
    {
        var machine = new EmulatedMachine(new EmulatorOptions { Parallelism = parallelism, Backwards = backwards });
        (DeviceMemory numbers, DeviceMemory counter) = (machine.Allocate(4 * Blocks * Threads), machine.Upload(0u, 0u));
        DeviceMemory target = machine.Upload(new uint[Threads]);
        machine.Run(machine.Kernel(3, string.Join('\n', steps)), [numbers, counter, target], Threads, Blocks);
        bool failed = machine.Driver.Faults.Count > 0;
        (sums, arrivals) = failed ? ([], 0) : (machine.Download<uint>(target), machine.Download<uint>(counter)[0]);
        return machine;
    }
}
