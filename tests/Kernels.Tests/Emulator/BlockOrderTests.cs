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
    [InlineData("atom.acq_rel.gpu.global.inc.u32 %r3, [%rd1], 3;")]
    [InlineData("membar.gl; atom.relaxed.gpu.global.inc.u32 %r3, [%rd1], 3; membar.sys;")]
    [InlineData("fence.sc.gpu; add.u64 %rd12, %rd1, 4; atom.global.inc.u32 %r3, [%rd1], 3; red.global.add.u32 [%rd12], 1; fence.acq_rel.sys;")]
    [InlineData("atom.release.gpu.global.inc.u32 %r3, [%rd1], 3; fence.acq_rel.gpu;")]
    [InlineData("fence.acq_rel.gpu; atom.acquire.gpu.global.inc.u32 %r3, [%rd1], 3;")]
    public void OtherWordsForTheSameAreUnderstood(string instead) => Outcomes([.. Steps[..4], instead, .. Steps[7..]]).Should().AllSatisfy(kinds => kinds.Should().BeEmpty());

    [Theory]
    [InlineData("atom.release.gpu.global.inc.u32 %r3, [%rd1], 3;")]
    [InlineData("atom.acquire.gpu.global.inc.u32 %r3, [%rd1], 3;")]
    [InlineData("atom.acq_rel.cta.global.inc.u32 %r3, [%rd1], 3;")]
    [InlineData("fence.acq_rel.gpu; atom.relaxed.cta.global.inc.u32 %r3, [%rd1], 3; fence.acq_rel.gpu;")]
    [InlineData("membar.cta; atom.relaxed.gpu.global.inc.u32 %r3, [%rd1], 3; membar.cta;")]
    public void WhatOrdersLessIsARace(string instead) => Outcomes([.. Steps[..4], instead, .. Steps[7..]]).Should().AllSatisfy(kinds => kinds.Should().Equal(FaultKind.Race));

    [Theory]
    [InlineData("bar.warp.sync -1;", 0, 0, false)]
    [InlineData("", 0, 0, true)]
    [InlineData("bar.warp.sync -1;", 1, 0, true)]
    [InlineData("bar.warp.sync -1;", 0, 1, true)]
    public void AFenceSpeaksForTheThreadThatComesAndForThoseItHasMet(string meet, int before, int after, bool isRace)
    {
        // A block is a warp, whose lane 0 comes to the counter.
        string body = $"""
            mov.u32 %r1, %ctaid.x; mad.lo.u32 %r2, %r1, 32, %r0; mul.wide.u32 %rd9, %r2, 4; add.u64 %rd9, %rd9, %rd0; st.global.u32 [%rd9], %r2; {meet}
            setp.eq.u32 %p0, %r0, 0; setp.eq.u32 %p1, %r0, {before}; setp.eq.u32 %p2, %r0, {after}; mov.u32 %r3, 0;
            @%p1 fence.acq_rel.gpu; bar.warp.sync -1; @%p0 atom.relaxed.gpu.global.inc.u32 %r3, [%rd1], 1; bar.warp.sync -1; @%p2 fence.acq_rel.gpu;
            bar.warp.sync -1; shfl.sync.idx.b32 %r4, %r3, 0, 31, -1; setp.ne.u32 %p3, %r4, 1; @%p3 ret;
            xor.b32 %r5, %r2, 32; mul.wide.u32 %rd10, %r5, 4; add.u64 %rd10, %rd10, %rd0; ld.cg.u32 %r6, [%rd10];
            """;
        using var machine = new EmulatedMachine();
        machine.Run(machine.Kernel(2, meet.Length > 0 ? body : body.Replace("bar.warp.sync -1; @%p0", "@%p0")), [machine.Allocate(256), machine.Upload(0u)], blocks: 2);
        machine.Driver.Faults.Select(fault => fault.Kind).Should().Equal(isRace ? [FaultKind.Race] : []);
    }

    [Fact]
    public void WhatABlockKnewBeforeItsFenceIsPassedOn()
    {
        // Block 0 tells block 1 at one counter, block 1 tells block 2 at another; they run in that order.
        const string meet = "fence.acq_rel.gpu; atom.relaxed.gpu.global.add.u32 %r3, [%rd1{0}], 1; fence.acq_rel.gpu; ";
        string Steps3(string second) => $"""
            mov.u32 %r1, %ctaid.x; setp.ne.u32 %p1, %r0, 0; @%p1 ret; setp.eq.u32 %p2, %r1, 1; @%p2 bra ONE; setp.eq.u32 %p2, %r1, 2; @%p2 bra TWO;
            st.global.u32 [%rd0], 7; {string.Format(null, meet, "")} ret;
            ONE: {second} ret;
            TWO: {string.Format(null, meet, "+4")} ld.global.u32 %r5, [%rd0]; st.global.u32 [%rd2], %r5;
            """;
        (string first, string next) = (string.Format(null, meet, ""), string.Format(null, meet, "+4"));
        Kinds(Steps3(first + next), 3).Should().BeEmpty();
        Kinds(Steps3(next + first), 3).Should().Equal([FaultKind.Race], "block 1 tells before it is told");
        Kinds(Steps3(first.Replace("; fence.acq_rel.gpu; ", "; ") + "atom.relaxed.gpu.global.add.u32 %r3, [%rd1+4], 1;"), 3).Should().Equal([FaultKind.Race], "what it heard lies behind its only fence");
    }

    [Fact]
    public void MoreFencesThanCanBeToldApartAreAFault()
    {
        using var machine = new EmulatedMachine();
        machine.Run(machine.Kernel(1, "mov.u32 %r1, 0; AGAIN: fence.acq_rel.gpu; add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r1, 256; @%p1 bra AGAIN;"), [machine.Upload(0u)]);
        machine.Fault.Detail.Should().Contain("more than 255 fences");
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

    private static IEnumerable<FaultKind[]> Outcomes(string[] steps)
    {
        foreach (bool backwards in new[] { false, true })
        {
            using EmulatedMachine machine = Run(steps, backwards, 1, out _, out _);
            yield return [.. machine.Driver.Faults.Select(fault => fault.Kind)];
        }
    }

    private static FaultKind[] Kinds(string body, int blocks)
    {
        using var machine = new EmulatedMachine();
        machine.Run(machine.Kernel(3, body), [machine.Upload(0u), machine.Upload(0u, 0u), machine.Upload(0u)], blocks: blocks);
        return [.. machine.Driver.Faults.Select(fault => fault.Kind)];
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
